#pragma once

// AES-256-GCM (NIST SP 800-38D) as seals use it: 96-bit nonce, 128-bit tag behind the ciphertext.

#include <cstddef>
#include <span>
#include <string_view>

#include "mask/openssl.hpp"

namespace moretta::mask {

inline constexpr const char* gcm_cipher = "AES-256-GCM";
inline constexpr std::size_t gcm_key_bytes = 32;
inline constexpr std::size_t gcm_nonce_bytes = 12;
inline constexpr std::size_t gcm_tag_bytes = 16;

// `context` has key and nonce. `out` takes ciphertext || tag. False if OpenSSL failed.
[[nodiscard]] bool gcm_encrypt(CipherContext& context, std::string_view associated,
                               std::string_view clear, std::span<unsigned char> out);

}  // namespace moretta::mask
