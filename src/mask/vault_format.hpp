#pragma once

// How originals lie in the vault, whoever sealed them: under the domain, bound to their token, and
// padded so that lengths do not show.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

inline constexpr int vault_pad_bytes = 32;  // as aes-siv by default: 0x80, then zeros

// The purpose of the seal; its source id is the token.
inline std::string vault_purpose(std::string_view domain) {
  return "vault:" + std::string(domain);
}

// Writes the padded original to the front of `scratch`, which grows if it must.
inline std::span<std::byte> vault_padded(std::string_view value, SecretBytes& scratch) {
  const std::size_t bytes = padded_bytes(value.size(), vault_pad_bytes);
  if (scratch.size() < bytes) {
    scratch = SecretBytes(bytes);
  }
  const std::span<std::byte> text = scratch.bytes().first(bytes);
  std::ranges::copy(bytes_of(value), text.begin());
  text[value.size()] = std::byte{0x80};
  std::ranges::fill(text.subspan(value.size() + 1), std::byte{0});
  return text;
}

inline std::optional<std::string_view> vault_unpadded(std::string_view padded) {
  const std::size_t end = padded.find_last_not_of('\0');
  if (end == std::string_view::npos || padded[end] != '\x80') {
    return std::nullopt;
  }
  return padded.substr(0, end);
}

}  // namespace moretta::mask
