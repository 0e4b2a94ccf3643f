#pragma once

// Master keys and what is derived from them (NIST SP 800-108 in spirit, HKDF of RFC 5869 in fact):
// one subkey for each method and domain, so that no two uses share a key.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace moretta::mask {

inline constexpr std::size_t master_key_bytes = 32;
inline constexpr std::size_t key_check_chars = 16;

// Label of every derivation, frozen for ever: tokens must outlive names and versions.
inline constexpr std::string_view derivation_label = "pii-mask/v1";

struct MasterKey {
  int id = 1;         // stands in every token; 1 to 65535, never reused
  SecretBytes bytes;  // exactly master_key_bytes

  [[nodiscard]] MasterKey clone() const { return {.id = id, .bytes = bytes.clone()}; }
};

// 64 hex digits, or base64 of 32 bytes (standard or URL-safe, with or without padding); blanks
// around it, such as the newline at the end of a key file, do not count. The error says what is
// wrong with the text, never the text.
Result<MasterKey, std::string> parse_master_key(int id, std::string_view text);

// Keys whose bytes are all printable look like typed passphrases; `allow` for one that is not.
enum class Printable { refuse, allow };

// Why this key must not be used in production (too regular, printable only, published in our tests
// or documents), or nullopt.
std::optional<std::string> weakness(const MasterKey& key, Printable printable = Printable::refuse);

struct HkdfInput {
  std::span<const std::byte> key;
  std::span<const std::byte> salt;
  std::span<const std::byte> info;
};

// RFC 5869 with SHA-256. Throws Refused if OpenSSL has no HKDF.
void hkdf_sha256(const HkdfInput& input, std::span<std::byte> out);

// LP(first) || LP(second), where LP(x) is the 2-byte big-endian length of x, then x: no two pairs
// give the same bytes.
std::string length_prefixed(std::string_view first, std::string_view second);

// hkdf_sha256(key, salt = derivation_label, info = length_prefixed(method, domain)), up to 64
// bytes.
SecretBytes subkey(const MasterKey& key, std::string_view method, std::string_view domain,
                   std::size_t bytes);

// First 8 bytes, hex, of HMAC-SHA-256(key, "pii-mask/v1 kcv"): names a key without giving it away.
std::string key_check_value(const MasterKey& key);

}  // namespace moretta::mask
