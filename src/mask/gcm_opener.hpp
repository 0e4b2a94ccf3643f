#pragma once

// The inverse of mask/gcm.hpp, for those who recover.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/secret.hpp"

namespace moretta::mask {

// `sealed`: ciphertext || tag. Nothing unless the tag vouches for all of it. REQUIRED:
// gcm_key_bytes, gcm_nonce_bytes.
std::optional<SecretBytes> gcm_open(std::span<const std::byte> key,
                                    std::span<const std::byte> nonce, std::string_view associated,
                                    std::string_view sealed);

}  // namespace moretta::mask
