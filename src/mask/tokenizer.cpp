#include "mask/tokenizer.hpp"

#include <concepts>

#include "base/ensure.hpp"

namespace moretta::mask {

Tokenizer::Tokenizer(const Policy& policy, const MasterKey* key)
    : normalizer_(policy.normalize), algorithm_(algorithm_of(policy, key)) {}

Tokenizer::Algorithm Tokenizer::algorithm_of(const Policy& policy, const MasterKey* key) {
  ENSURE(!is_keyed(policy.method) || key != nullptr);
  ENSURE(!is_keyed(policy.method) || !policy.domain.empty());
  switch (policy.method) {
    case Method::hmac_sha256:
    case Method::tokenize:
      return HmacToken(*key, policy);
    case Method::hmac_sha256_md5:
      return HmacMd5Token(*key, policy);
    case Method::aes_siv:
      return SivToken(*key, policy);
    case Method::aes_256_cbc:
      return CbcToken(*key, policy);
    case Method::ff1:
      return Ff1Token(*key, policy);
    case Method::ipcrypt_deterministic:
      return IpcryptDeterministicToken(*key, policy);
    case Method::ipcrypt_pfx:
      return IpcryptPfxToken(*key, policy);
    case Method::truncate_ip:
      return TruncateIp();
    case Method::character_mask:
      return CharacterMask(policy);
    case Method::bucket:
      return Bucket(policy);
    default:
      return DigestToken(policy.method);
  }
}

Result<std::string_view, Reason> Tokenizer::normalized(std::string_view value) {
  ENSURE(value.size() <= value_bytes_max);
  const auto normal = normalizer_.apply(value);
  return normal ? Result<std::string_view, Reason>(*normal) : Failure{Reason::bad_value};
}

Result<Done, Reason> Tokenizer::append_normalized(std::string_view value, std::string& out) {
  return std::visit([&](auto& algorithm) { return algorithm.append(value, out); }, algorithm_);
}

Result<Done, Reason> Tokenizer::append(std::string_view value, std::string& out) {
  // Not by way of a Result, whose halves are stored one by one and loaded at once: the cipher would
  // not begin until all of the value before is done.
  if (!normalizer_.changes()) {
    ENSURE(value.size() <= value_bytes_max);
    return append_normalized(value, out);
  }
  const auto normal = normalized(value);
  if (!normal) {
    return Failure{normal.error()};
  }
  const auto done = append_normalized(normal.value(), out);
  forget();
  return done;
}

TokenBatch* Tokenizer::batch() {
  return std::visit(
      []<typename Algorithm>(Algorithm& algorithm) -> TokenBatch* {
        if constexpr (std::derived_from<Algorithm, TokenBatch>) {
          return &algorithm;
        } else {
          return nullptr;
        }
      },
      algorithm_);
}

}  // namespace moretta::mask
