#include "app/key_use.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "mask/seal.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view vault_method = "vault";
constexpr std::string_view seal_method = "seal";

}  // namespace

std::vector<const mask::KeyEntry*> writing_keys_of(const mask::Policy& policy,
                                                   const mask::Keyset& keys) {
  if (policy.epoch == mask::Epoch::none) {
    return {keys.entry(policy.key_id == 0 ? keys.primary().id : policy.key_id)};
  }
  std::vector<const mask::KeyEntry*> entries;
  for (const mask::MasterKey* key : keys.readable(policy.epoch)) {
    entries.push_back(keys.entry(key->id));
  }
  return entries;
}

std::vector<pg::KeyUse> key_uses(const Config& config) {
  std::vector<pg::KeyUse> uses;
  if (!config.keys.set) {
    return uses;
  }
  const auto add = [&uses](const mask::KeyEntry& key, std::string_view domain,
                           std::string_view method) {
    pg::KeyUse use{.id = key.id,
                   .kcv = key.kcv,
                   .state = std::string(mask::name_of(key.state)),
                   .domain = std::string(domain),
                   .method = std::string(method)};
    if (std::ranges::find(uses, use) == uses.end()) {
      uses.push_back(std::move(use));
    }
  };
  const mask::Keyset& keys = *config.keys.set;
  const mask::KeyEntry& primary = *keys.entry(keys.primary().id);
  if (config.keys.life == KeyLife::kept) {
    for (const mask::Policy& policy : config.table.policies) {
      for (const mask::KeyEntry* key : writing_keys_of(policy, keys)) {
        if (mask::is_keyed(policy.method)) {
          add(*key, policy.domain, mask::method_name(policy.method));
        }
        if (policy.recover != mask::Recover::no) {
          add(*key, policy.domain, vault_method);
        }
      }
    }
    if (config.on_reject == OnReject::quarantine) {
      add(primary, mask::quarantine_purpose, seal_method);
    }
  }
  for (const mask::KeyEntry& key : keys.entries()) {
    add(key, "", "");
  }
  return uses;
}

}  // namespace moretta::app
