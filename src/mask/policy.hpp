#pragma once

// What happens to a column's value before it may be stored: one policy for each column of the
// mapping.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/column.hpp"

namespace moretta::mask {

enum class Method {
  keep,         // stored in clear; must be written down, never assumed
  redact,       // NULL, or a constant
  md5,          // legacy: lower-case hex of the bytes; falls to guessing in seconds
  sha256,       // legacy likewise
  hmac_sha256,  // keyed, one-way: the default for what must only be comparable
  aes_siv,      // keyed, deterministic, recoverable (RFC 5297): the default when recovery is wanted
  aes_256_cbc,  // recoverable with openssl alone; synthetic IV
  hmac_sha256_md5,        // hmac-sha256 over the md5 token: upgrades stored digests in place
  tokenize,               // keyed, one-way; the original is sealed in the vault
  ff1,                    // format-preserving encryption (NIST SP 800-38G): digits stay digits
  ipcrypt_deterministic,  // an address becomes an address, one AES block
  ipcrypt_pfx,            // likewise, and addresses of one network stay together
  truncate_ip,            // the network: /24 or /48
  character_mask,         // stars, but for the first and the last characters
  bucket,                 // a number becomes the range it lies in
  seed_cbc,               // base64(salt || IV || ciphertext) of a passphrase: reading only
};

// How the original of a one-way token is kept recoverable, in the vault table. `seal` is the only
// one that shows nothing, not even that two sealed originals are equal.
enum class Recover { no, aes_256_cbc, aes_siv, seal };

enum class Encoding { hex, base64url };

// To one spelling before masking, so that what people take for equal becomes equal.
enum class Normalize {
  none,   // the bytes as sent
  ip,     // RFC 5952, and the dotted quad of a v4-mapped address; what is no address is rejected
  trim,   // without ASCII blanks at both ends
  lower,  // ASCII letters only
};

// Whether equal values stay equal for good, or only as long as one key of a period writes.
enum class Epoch {
  none,
  month,  // UTC, of the time at which the message was sent
};

enum class Empty { mask, null };  // of the empty string, after normalizing

// The characters that ff1 enciphers, in the order of their values; its radix is their number.
enum class Alphabet {
  digits,  // 0-9
  hex,     // 0-9a-f
  base36,  // 0-9a-z
  base62,  // 0-9A-Za-z
};

inline constexpr Encoding cbc_encoding_default = Encoding::hex;        // openssl and xxd read it
inline constexpr Encoding siv_encoding_default = Encoding::base64url;  // a third shorter

struct Policy {
  Method method = Method::redact;
  // Equal values give equal tokens within one domain, and never across two; the field's name unless
  // the user names one. (md5 and sha256 know no domains.)
  std::string domain = {};
  Recover recover = Recover::no;
  int key_id = 0;             // of the key that makes its tokens; 0: the one that makes all others
  Epoch epoch = Epoch::none;  // other than none: each period's own key makes its tokens
  std::optional<Encoding> encoding = {};     // by default aes-256-cbc is hex, aes-siv is base64url
  int bits = 256;                            // of hmac-sha256: 256 or 128
  bool bare = false;                         // hmac-sha256 without its `h1:` prefix
  int pad_bytes = 32;                        // of aes-siv: 16, 32 or 64
  std::optional<std::string> constant = {};  // of redact; NULL without it
  Normalize normalize = Normalize::none;
  Empty empty = Empty::mask;
  Alphabet alphabet = Alphabet::digits;  // of ff1
  std::string pattern = {};              // of ff1: `#` is enciphered, all else stays: "###-##-####"
  int keep_first = 0;                    // of character-mask, in characters
  int keep_last = 0;
  char mask_char = '*';          // of character-mask, printable ASCII
  std::int64_t bucket_size = 0;  // of bucket: ranges begin at its multiples

  bool operator==(const Policy&) const = default;
};

std::string_view method_name(Method method);
std::optional<Method> method_of(std::string_view name);
bool is_keyed(Method method);
bool needs_key(const Policy& policy);     // for its tokens, or for what it keeps in the vault
bool gives_tokens(Method method);         // all but keep, redact and what is for reading only
bool says_its_key(const Policy& policy);  // the tokens begin with the id of their key
bool is_recoverable(Method method);       // from the token alone, with the key
bool is_read_only(Method method);         // seed-cbc: never written

// Text columns take every token; addresses and networks fit inet as well, and buckets of numbers
// whole-number columns, which then hold where the bucket begins.
bool fits_type(Method method, ColumnType type);

// What is wrong with settings that the method needs, for whoever wrote the configuration.
std::optional<std::string> policy_fault(const Policy& policy);

// Bytes of the longest value that the policy lets pass, if it says so: then a column that cannot
// hold its token is a mistake that shows at start.
std::optional<std::size_t> value_bytes_bound(const Policy& policy);

// False if two values of one length may have tokens of different lengths.
bool has_fixed_chars(Method method);

// Characters of the token of a value of `value_bytes` bytes; never fewer for a longer value, so
// also what a column must be able to hold. Exactly so many if has_fixed_chars. REQUIRED:
// gives_tokens(policy.method).
std::size_t token_chars_max(const Policy& policy, int key_id, std::size_t value_bytes);

}  // namespace moretta::mask
