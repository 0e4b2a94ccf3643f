#pragma once

// What happens to a column's value before it may be stored: one policy for each column of the
// mapping.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace moretta::mask {

enum class Method {
  keep,         // stored in clear; must be written down, never assumed
  redact,       // NULL, or a constant
  md5,          // legacy: lower-case hex of the bytes; falls to guessing in seconds
  sha256,       // legacy likewise
  hmac_sha256,  // keyed, one-way: the default for what must only be comparable
  aes_siv,      // keyed, deterministic, recoverable (RFC 5297): the default when recovery is wanted
  aes_256_cbc,  // recoverable with openssl alone; synthetic IV
};

// How the original of a one-way token is kept recoverable, in the vault table.
enum class Recover { no, aes_256_cbc, aes_siv };

enum class Encoding { hex, base64url };

inline constexpr Encoding cbc_encoding_default = Encoding::hex;        // openssl and xxd read it
inline constexpr Encoding siv_encoding_default = Encoding::base64url;  // a third shorter

struct Policy {
  Method method = Method::redact;
  // Equal values give equal tokens within one domain, and never across two; the field's name unless
  // the user names one. (md5 and sha256 know no domains.)
  std::string domain = {};
  Recover recover = Recover::no;
  std::optional<Encoding> encoding = {};     // by default aes-256-cbc is hex, aes-siv is base64url
  int bits = 256;                            // of hmac-sha256: 256 or 128
  bool bare = false;                         // hmac-sha256 without its `h1:` prefix
  int pad_bytes = 32;                        // of aes-siv: 16, 32 or 64
  std::optional<std::string> constant = {};  // of redact; NULL without it

  bool operator==(const Policy&) const = default;
};

std::string_view method_name(Method method);
std::optional<Method> method_of(std::string_view name);
bool needs_key(const Policy& policy);
bool gives_tokens(Method method);    // all but keep and redact
bool is_recoverable(Method method);  // from the token alone, with the key

// Characters of the token of a value of `value_bytes` bytes; never fewer for a longer value, so
// also what a column must be able to hold. REQUIRED: gives_tokens(policy.method).
std::size_t token_chars_max(const Policy& policy, int key_id, std::size_t value_bytes);

}  // namespace moretta::mask
