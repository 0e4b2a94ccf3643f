#include "mask/tokenizer.hpp"

#include "base/ensure.hpp"

namespace moretta::mask {

Tokenizer::Tokenizer(const Policy& policy, const MasterKey* key)
    : algorithm_(algorithm_of(policy, key)) {}

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
    default:
      return DigestToken(policy.method);
  }
}

Result<Done, Reason> Tokenizer::append(std::string_view value, std::string& out) {
  ENSURE(value.size() <= value_bytes_max);
  return std::visit([&](auto& algorithm) { return algorithm.append(value, out); }, algorithm_);
}

}  // namespace moretta::mask
