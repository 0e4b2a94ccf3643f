#pragma once

// The digests without a key that an audit knows how to break.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace moretta::audit {

enum class DigestKind { md5, sha256 };

inline constexpr std::size_t digest_words_max = 8;

// A digest as the lanes give it: 4 or 8 words, the rest zero.
using DigestWords = std::array<std::uint32_t, digest_words_max>;

std::string_view digest_name(DigestKind kind);
std::size_t digest_words(DigestKind kind);

// From 32 or 64 hex digits in one case; nullopt if that is not what the text is.
std::optional<DigestWords> digest_words_of(DigestKind kind, std::string_view hex_digits);

}  // namespace moretta::audit
