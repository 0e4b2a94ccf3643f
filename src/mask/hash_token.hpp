#pragma once

// One-way tokens: a bare digest (legacy) and the keyed hash.

#include <array>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "mask/hmac.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

inline constexpr std::size_t md5_hex_chars = 32;

// Lower-case hex of MD5 (RFC 1321) or SHA-256 of the bytes as they are: no key, no salt, no prefix.
class DigestToken {
 public:
  // REQUIRED: md5 or sha256.
  explicit DigestToken(Method method);

  // As Tokenizer::append. Never fails; nor do the two below.
  Result<Done, Reason> append(std::string_view value, std::string& out) const;

 private:
  Method method_;
};

// hex(HMAC-SHA-256(subkey, value)), whole or its beginning, behind a prefix or bare. The subkey's
// name is the method's, so the same value has different tags under different methods.
class HmacToken {
 public:
  // REQUIRED: hmac-sha256, hmac-sha256+md5 or tokenize.
  HmacToken(const MasterKey& key, const Policy& policy);

  Result<Done, Reason> append(std::string_view value, std::string& out) const;

 private:
  std::string prefix_;
  std::size_t tag_bytes_;
  Hmac hmac_;
};

// The same of the value's MD5 token: what upgrades a column of those in place, without the values.
class HmacMd5Token {
 public:
  HmacMd5Token(const MasterKey& key, const Policy& policy) : hmac_(key, policy) {}

  Result<Done, Reason> append(std::string_view value, std::string& out) const;

  // Of a stored MD5 token. False if `md5_hex` is not 32 lower-case hex digits.
  [[nodiscard]] bool append_upgraded(std::string_view md5_hex, std::string& out) const;

 private:
  HmacToken hmac_;
};

}  // namespace moretta::mask
