#pragma once

// A key out of a passphrase (scrypt, RFC 7914), for houses that cannot keep 32 random bytes. The
// parameters and the salt are not secret, but without them the key is lost like the passphrase.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/keys.hpp"

namespace moretta::mask {

// Work and memory: 128 * n * r bytes, and time in proportion. The defaults take 128 MiB and some
// tenths of a second, once a start.
struct ScryptParameters {
  std::uint64_t n = 131'072;  // a power of two
  std::uint64_t r = 8;
  std::uint64_t p = 1;
  std::string salt;  // 16 random bytes or more, one salt for each key

  bool operator==(const ScryptParameters&) const = default;
};

// "scrypt:n=131072,r=8,p=1,salt=BASE64URL": all four, in this order. Refuses what is too cheap to
// guess against (n below 32768, a salt below 16 bytes) and what would take over 1 GiB.
Result<ScryptParameters, std::string> parse_scrypt(std::string_view text);
std::string scrypt_text(const ScryptParameters& parameters);

// Refuses a passphrase that is shorter than 20 characters or one character repeated.
Result<MasterKey, std::string> key_of_passphrase(int id, std::string_view passphrase,
                                                 const ScryptParameters& parameters);

}  // namespace moretta::mask
