#include "mask/tokenizer.hpp"

#include "base/ensure.hpp"

namespace moretta::mask {

Tokenizer::Tokenizer(const Policy& policy, const MasterKey* key)
    : algorithm_(algorithm_of(policy, key)) {}

Tokenizer::Algorithm Tokenizer::algorithm_of(const Policy& policy, const MasterKey* key) {
  if (policy.method == Method::md5 || policy.method == Method::sha256) {
    return DigestToken(policy.method);
  }
  ENSURE(key != nullptr);
  ENSURE(!policy.domain.empty());
  if (policy.method == Method::hmac_sha256) {
    return HmacToken(*key, policy);
  }
  if (policy.method == Method::aes_siv) {
    return SivToken(*key, policy);
  }
  ENSURE(policy.method == Method::aes_256_cbc);
  return CbcToken(*key, policy);
}

bool Tokenizer::append(std::string_view value, std::string& out) {
  ENSURE(value.size() <= value_bytes_max);
  return std::visit([&](auto& algorithm) { return algorithm.append(value, out); }, algorithm_);
}

}  // namespace moretta::mask
