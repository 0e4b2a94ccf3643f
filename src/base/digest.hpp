#pragma once

// Message digests over OpenSSL with the algorithm fetched once per thread: a fetch per call costs
// more than the hash of a short value.

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace moretta {

using Md5 = std::array<std::byte, 16>;
using Sha256 = std::array<std::byte, 32>;

Md5 md5(std::string_view text);
Sha256 sha256(std::string_view text);

// RFC 2104 with SHA-256. For one-off use (request signing, key chains); masking keeps its own
// context.
Sha256 hmac_sha256(std::span<const std::byte> key, std::string_view text);

}  // namespace moretta
