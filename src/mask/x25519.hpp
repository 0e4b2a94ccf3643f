#pragma once

// The function X25519 (RFC 7748 section 5): what escrow agrees its keys by. Not for every value:
// one call takes about 40 us.

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "base/secret.hpp"

namespace moretta::mask {

inline constexpr std::size_t x25519_bytes = 32;  // of scalars and points alike

using X25519Point = std::array<std::byte, x25519_bytes>;

// Nullopt if the result would be all zeros, which only a point of small order gives (section 6.1):
// nobody honest has such a public key. REQUIRED: x25519_bytes of scalar.
// Throws Refused if OpenSSL has no X25519.
std::optional<SecretBytes> x25519(std::span<const std::byte> scalar, const X25519Point& point);

// The public half of `scalar`: X25519 of it and the base point.
X25519Point x25519_public(std::span<const std::byte> scalar);

}  // namespace moretta::mask
