#include "mask/masked_column.hpp"

#include <utility>

#include "base/ensure.hpp"

namespace moretta::mask {

namespace {

// The recoverable token that goes into the vault beside a one-way one.
Policy recovery_policy(const Policy& policy) {
  Policy recovery = policy;
  recovery.method = policy.recover == Recover::aes_siv ? Method::aes_siv : Method::aes_256_cbc;
  recovery.recover = Recover::no;
  return recovery;
}

const MasterKey* key_of(const Policy& policy, const MakerParts& parts) {
  if (policy.key_id == 0 || (parts.primary != nullptr && parts.primary->id == policy.key_id)) {
    return parts.primary;
  }
  const MasterKey* key = parts.keys == nullptr ? nullptr : parts.keys->find(policy.key_id);
  ENSURE(key != nullptr);
  return key;
}

TokenMaker maker_of(const Policy& policy, const MasterKey* key, const MakerParts& parts) {
  TokenMaker maker{.key_id = key == nullptr ? 1 : key->id};
  if (!gives_tokens(policy.method)) {
    return maker;
  }
  maker.tokenizer.emplace(policy, key);
  if (maker.tokenizer->batch() != nullptr) {
    maker.places.reserve(batch_values_max);
  }
  if (policy.recover != Recover::no && policy.recover != Recover::seal) {
    maker.recovery.emplace(recovery_policy(policy), key);
  } else if (policy.recover == Recover::seal && !parts.is_escrowed) {
    ENSURE(key != nullptr && parts.random != nullptr);
    maker.sealer = std::make_unique<VaultSealer>(*key, policy.domain, *parts.random);
  }
  return maker;
}

}  // namespace

std::size_t MaskedColumn::stored_bytes_max(const Value& value) const {
  if (policy.method == Method::redact) {
    return policy.constant ? policy.constant->size() : 0;
  }
  if (value.kind != Value::Kind::text || maker == nullptr || !maker->tokenizer) {
    return value.text.size();
  }
  return token_chars_max(policy, maker->key_id, value.text.size());
}

MaskedColumn masked_column(Column column, Policy policy, const MakerParts& parts) {
  ENSURE(!is_read_only(policy.method));
  ENSURE(!gives_tokens(policy.method) || fits_type(policy.method, column.type));
  MaskedColumn masked{.column = std::move(column), .policy = std::move(policy), .makers = {}};
  if (masked.policy.epoch == Epoch::none) {
    masked.makers.push_back(maker_of(masked.policy, key_of(masked.policy, parts), parts));
    masked.maker = masked.makers.data();
    return masked;
  }
  ENSURE(parts.keys != nullptr);
  for (const MasterKey* key : parts.keys->readable(masked.policy.epoch)) {
    masked.makers.push_back(maker_of(masked.policy, key, parts));
    masked.makers.back().period = parts.keys->entry(key->id)->period;
  }
  return masked;
}

}  // namespace moretta::mask
