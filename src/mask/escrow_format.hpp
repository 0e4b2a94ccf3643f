#pragma once

// The bytes of an escrow seal, for the one who makes it and the one who opens it. mask/escrow.hpp
// describes it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "mask/gcm.hpp"
#include "mask/keys.hpp"
#include "mask/recovery_key.hpp"

namespace moretta::mask {

inline constexpr std::string_view escrow_magic = "PME1";
inline constexpr std::string_view escrow_method = "escrow";
inline constexpr std::size_t escrow_point_offset = 6;  // after the magic and two bytes of key id
inline constexpr std::size_t escrow_salt_offset = escrow_point_offset + x25519_bytes;
inline constexpr std::size_t escrow_salt_bytes = gcm_nonce_bytes;  // it is also the nonce
inline constexpr std::size_t escrow_header_bytes = escrow_salt_offset + escrow_salt_bytes;

using EscrowHeader = std::array<std::byte, escrow_header_bytes>;

// With a salt of zeros.
inline EscrowHeader escrow_header(int recovery_id, const X25519Point& ephemeral) {
  EscrowHeader header{};
  std::ranges::copy(bytes_of(escrow_magic), header.begin());
  header[escrow_magic.size()] = std::byte(recovery_id >> 8);
  header[escrow_magic.size() + 1] = std::byte(recovery_id & 0xff);
  std::ranges::copy(ephemeral, header.begin() + escrow_point_offset);
  return header;
}

// What the tag vouches for besides the text.
inline std::string escrow_associated(const EscrowHeader& header, std::string_view purpose,
                                     std::string_view source_id) {
  return std::string(text_of(header)) + length_prefixed(purpose, source_id);
}

// The key of all seals under one ephemeral point: HKDF-SHA-256(shared, salt = derivation_label,
// info = LP("escrow") || LP(ephemeral point || recovery point)).
inline SecretBytes escrow_batch_key(const SecretBytes& shared, const X25519Point& ephemeral,
                                    const X25519Point& recovery) {
  const std::string points = std::string(text_of(ephemeral)) + std::string(text_of(recovery));
  SecretBytes key(gcm_key_bytes);
  hkdf_sha256({.key = shared.bytes(),
               .salt = bytes_of(derivation_label),
               .info = bytes_of(length_prefixed(escrow_method, points))},
              key.bytes());
  return key;
}

}  // namespace moretta::mask
