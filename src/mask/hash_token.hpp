#pragma once

// One-way tokens: a bare digest (legacy) and the keyed hash.

#include <string>
#include <string_view>

#include "mask/hmac.hpp"
#include "mask/keys.hpp"
#include "mask/openssl.hpp"
#include "mask/policy.hpp"

namespace moretta::mask {

// Lower-case hex of MD5 (RFC 1321) or SHA-256 of the bytes as they are: no key, no salt, no prefix.
class DigestToken {
 public:
  // REQUIRED: md5 or sha256.
  explicit DigestToken(Method method);

  // Appends the token, or gives false and leaves `out` unspecified: no row may be made of it.
  [[nodiscard]] bool append(std::string_view value, std::string& out);

 private:
  Digest digest_;
  DigestContext context_;
};

// hex(HMAC-SHA-256(subkey("hmac-sha256", domain), value)), whole or its first 128 bits.
class HmacToken {
 public:
  HmacToken(const MasterKey& key, const Policy& policy);

  [[nodiscard]] bool append(std::string_view value, std::string& out);  // as DigestToken::append

 private:
  std::string prefix_;
  std::size_t tag_bytes_;
  Hmac hmac_;
};

}  // namespace moretta::mask
