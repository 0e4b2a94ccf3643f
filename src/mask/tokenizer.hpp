#pragma once

// Value -> token under one policy: the method chosen once, at start.

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "mask/cbc_token.hpp"
#include "mask/hash_token.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "mask/siv_token.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

// Over every body that decode accepts; ciphers count bytes in int.
inline constexpr std::size_t value_bytes_max = 1U << 22;

// For one thread.
class Tokenizer {
 public:
  // REQUIRED: gives_tokens(policy.method); a key and a domain if is_keyed(policy.method).
  // Throws Refused if OpenSSL does not provide the method.
  Tokenizer(const Policy& policy, const MasterKey* key);

  // Appends the token, or says why there is none and leaves `out` unspecified: then no row may be
  // made of it. mask_failed: OpenSSL failed. bad_value: not of the form that the method takes.
  // REQUIRED: value.size() <= value_bytes_max.
  Result<Done, Reason> append(std::string_view value, std::string& out);

 private:
  using Algorithm = std::variant<DigestToken, HmacToken, HmacMd5Token, SivToken, CbcToken>;

  static Algorithm algorithm_of(const Policy& policy, const MasterKey* key);

  Algorithm algorithm_;
};

}  // namespace moretta::mask
