#pragma once

// The text of a token: a letter for the method, the key's id, a colon, the payload. `s1:LdPg…`

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mask/policy.hpp"

namespace moretta::mask {

inline constexpr char hmac_letter = 'h';
inline constexpr char siv_letter = 's';
inline constexpr char cbc_letter = 'c';
inline constexpr char escrow_letter = 'e';  // of the vault only: mask/escrow.hpp
inline constexpr char seal_letter = 'v';    // of the vault only: mask/vault_seal.hpp
inline constexpr char vault_letter = 't';   // of tokenize: the original is in the vault

inline constexpr std::size_t token_tag_bytes = 16;  // of tokenize: collisions at 2^64 values

// Of the methods whose tokens have no prefix.
inline constexpr std::size_t address_chars_max = 39;  // eight groups of four hex digits
inline constexpr std::size_t network_chars_max = 19;  // "ffff:ffff:ffff::/48"
inline constexpr std::size_t bucket_chars_max = 41;   // two 64-bit numbers and a dash

inline constexpr int key_id_max = 65'535;  // two bytes in the header of a seal

struct TokenParts {
  char letter = 0;
  int key_id = 0;
  std::string_view payload;

  bool operator==(const TokenParts&) const = default;
};

std::string token_prefix(char letter, int key_id);

// Only what token_prefix could have begun: one spelling of each id, a payload that is not empty.
std::optional<TokenParts> parse_token(std::string_view token);

void append_encoded(std::span<const std::byte> bytes, Encoding encoding, std::string& out);
void write_encoded(std::span<const std::byte> bytes, Encoding encoding, char* to);
std::size_t encoded_chars(std::size_t bytes, Encoding encoding);

// aes-siv pads with 0x80 and zeros to a multiple of `pad_bytes`; at least one byte is added.
std::size_t padded_bytes(std::size_t value_bytes, int pad_bytes);

}  // namespace moretta::mask
