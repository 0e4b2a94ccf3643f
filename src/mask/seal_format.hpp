#pragma once

// The bytes of a seal, for the one who makes it and the one who opens it. mask/seal.hpp describes
// it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "mask/gcm.hpp"
#include "mask/keys.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

inline constexpr std::string_view seal_magic = "PMS1";
inline constexpr std::string_view seal_method = "seal";
inline constexpr std::size_t seal_nonce_offset = 6;  // after the magic and two bytes of key id
inline constexpr std::size_t seal_header_bytes = seal_nonce_offset + gcm_nonce_bytes;
inline constexpr std::size_t seal_bytes_max = 1U << 30;  // over any message; OpenSSL counts in int

using SealHeader = std::array<std::byte, seal_header_bytes>;

// With a nonce of zeros.
inline SealHeader seal_header(int key_id) {
  ENSURE(key_id >= 1 && key_id <= key_id_max);
  SealHeader header{};
  std::ranges::copy(bytes_of(seal_magic), header.begin());
  header[seal_magic.size()] = std::byte(key_id >> 8);
  header[seal_magic.size() + 1] = std::byte(key_id & 0xff);
  return header;
}

// What the tag vouches for besides the text.
inline std::string seal_associated(const SealHeader& header, std::string_view purpose,
                                   std::string_view source_id) {
  return std::string(text_of(header)) + length_prefixed(purpose, source_id);
}

}  // namespace moretta::mask
