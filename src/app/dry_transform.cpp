#include "app/dry_transform.hpp"

#include "app/job.hpp"
#include "base/digest.hpp"

namespace moretta::app {

Transform::Parts dry_parts(const Config& config) {
  Transform::Parts parts = transform_parts(config);
  parts.policies = without_vault(config.table).policies;
  parts.recovery = nullptr;
  return parts;
}

Transform::Parts dry_parts(const Config& config, const mask::MasterKey& key) {
  Transform::Parts parts = dry_parts(config);
  parts.key = &key;
  parts.keys = nullptr;
  for (mask::Policy& policy : parts.policies) {
    policy.key_id = 0;
    policy.epoch = mask::Epoch::none;
  }
  return parts;
}

mask::MasterKey test_key(int id) {
  const auto digest = sha256("moretta test key");
  return {.id = id, .bytes = SecretBytes(std::as_bytes(std::span(digest)))};
}

}  // namespace moretta::app
