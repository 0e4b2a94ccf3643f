#pragma once

// Text and bytes are the same memory seen two ways.

#include <cstddef>
#include <span>
#include <string_view>

namespace moretta {

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace moretta
