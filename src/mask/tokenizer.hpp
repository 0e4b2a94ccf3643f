#pragma once

// Value -> token under one policy: the method chosen once, at start.

#include <string>
#include <string_view>
#include <variant>

#include "mask/cbc_token.hpp"
#include "mask/hash_token.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "mask/siv_token.hpp"

namespace moretta::mask {

// Over every body that decode accepts; ciphers count bytes in int.
inline constexpr std::size_t value_bytes_max = 1U << 22;

// For one thread.
class Tokenizer {
 public:
  // REQUIRED: gives_tokens(policy.method); a key and a domain unless it is md5 or sha256.
  // Throws Refused if OpenSSL does not provide the method.
  Tokenizer(const Policy& policy, const MasterKey* key);

  // Appends the token, or gives false and leaves `out` unspecified: no row may be made of it.
  // REQUIRED: value.size() <= value_bytes_max.
  [[nodiscard]] bool append(std::string_view value, std::string& out);

 private:
  using Algorithm = std::variant<DigestToken, HmacToken, SivToken, CbcToken>;

  static Algorithm algorithm_of(const Policy& policy, const MasterKey* key);

  Algorithm algorithm_;
};

}  // namespace moretta::mask
