#include "app/manifest/manifest.hpp"

#include <fmt/format.h>

#include "app/key_use.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

namespace {

std::string_view recover_name(mask::Recover recover) {
  switch (recover) {
    case mask::Recover::aes_siv:
      return "aes-siv";
    case mask::Recover::aes_256_cbc:
      return "aes-256-cbc";
    case mask::Recover::seal:
      return "seal";
    case mask::Recover::no:
      break;
  }
  return "no";
}

std::string keys_json(const mask::Policy& policy, const mask::Keyset& keys) {
  std::string out;
  for (const mask::KeyEntry* key : writing_keys_of(policy, keys)) {
    out += fmt::format(R"({}{{"id":{},"kcv":"{}"}})", out.empty() ? "" : ",", key->id, key->kcv);
  }
  return out;
}

}  // namespace

ManifestCounts& ManifestCounts::operator+=(const ManifestCounts& other) {
  stored += other.stored;
  duplicate += other.duplicate;
  quarantined += other.quarantined;
  return *this;
}

ManifestCounts ManifestCounts::operator-(const ManifestCounts& other) const {
  return {.stored = stored - other.stored,
          .duplicate = duplicate - other.duplicate,
          .quarantined = quarantined - other.quarantined};
}

bool keeps_manifest(const Config& config) {
  return config.keys.master && config.keys.life != KeyLife::throwaway;
}

ManifestCounts manifest_counts(const Totals& totals) {
  return {
      .stored = totals.stored, .duplicate = totals.duplicate, .quarantined = totals.quarantined};
}

std::string masks_json(const Config& config) {
  std::string out = "[";
  for (std::size_t i = 0; i < config.table.mapping.size(); ++i) {
    const mask::Policy& policy = config.table.policies[i];
    out += fmt::format(R"({}{{"column":{},"method":"{}")", i == 0 ? "" : ",",
                       json_string(config.table.mapping[i].name), mask::method_name(policy.method));
    if (mask::needs_key(policy)) {
      out += fmt::format(R"(,"domain":{})", json_string(policy.domain));
    }
    if (policy.recover != mask::Recover::no) {
      out += fmt::format(R"(,"recover":"{}")", recover_name(policy.recover));
      if (policy.recover == mask::Recover::seal && config.keys.recovery) {
        out += fmt::format(R"(,"recovery_key":{})", config.keys.recovery->id);
      }
    }
    if (policy.epoch != mask::Epoch::none) {
      out += R"(,"epoch":"month")";
    }
    if (mask::needs_key(policy)) {
      out += fmt::format(R"(,"keys":[{}])", keys_json(policy, *config.keys.set));
    }
    out += "}";
  }
  return out + "]";
}

std::vector<std::string> chain_fields(const ManifestRecord& record) {
  return {std::to_string(record.seq),
          record.since,
          record.at,
          record.version,
          record.config,
          record.db_role,
          std::to_string(record.counts.stored),
          std::to_string(record.counts.duplicate),
          std::to_string(record.counts.quarantined),
          record.masks,
          std::to_string(record.key_id),
          record.kcv};
}

void chain(ManifestRecord& record, std::int64_t seq_before, std::string_view mac_before,
           const mask::MasterKey& key) {
  record.seq = seq_before + 1;
  record.key_id = key.id;
  record.kcv = mask::key_check_value(key);
  record.mac = chain_mac(key, manifest_method, mac_before, chain_fields(record));
}

void take(ChainCheck& check, const ManifestRecord& record) {
  check.take({.seq = record.seq, .key_id = record.key_id, .kcv = record.kcv, .mac = record.mac},
             chain_fields(record));
}

std::string json_of(const ManifestRecord& record) {
  return fmt::format(
      R"({{"seq":{},"since":{},"at":{},"version":{},"config":{},"db_role":{},"stored":{},)"
      R"("duplicate":{},"quarantined":{},"masks":{},"key_id":{},"kcv":{},"mac":{}}})",
      record.seq, json_string(record.since), json_string(record.at), json_string(record.version),
      json_string(record.config), json_string(record.db_role), record.counts.stored,
      record.counts.duplicate, record.counts.quarantined, json_string(record.masks), record.key_id,
      json_string(record.kcv), json_string(record.mac));
}

}  // namespace moretta::app
