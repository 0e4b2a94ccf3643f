#pragma once

// A block or an address as one number, most significant byte first. GCC's and Clang's 128-bit type
// is no ISO C++, so it has its one place here.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace moretta::mask {

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__

inline constexpr unsigned wide_bits = 128;
inline constexpr std::size_t wide_bytes = 16;

static_assert(std::endian::native == std::endian::little);

inline Wide load_wide(std::span<const std::byte, wide_bytes> bytes) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, bytes.data(), sizeof high);
  std::memcpy(&low, bytes.data() + sizeof high, sizeof low);
  return Wide{__builtin_bswap64(high)} << 64 | __builtin_bswap64(low);
}

inline void store_wide(Wide number, std::byte* to) {
  const std::uint64_t high = __builtin_bswap64(static_cast<std::uint64_t>(number >> 64));
  const std::uint64_t low = __builtin_bswap64(static_cast<std::uint64_t>(number));
  std::memcpy(to, &high, sizeof high);
  std::memcpy(to + sizeof high, &low, sizeof low);
}

}  // namespace moretta::mask
