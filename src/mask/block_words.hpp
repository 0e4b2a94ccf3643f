#pragma once

// A block out of two numbers, written at once: where two halves are stored and the cipher loads the
// whole, the processor waits until both have reached the cache.

#include <cstdint>
#include <cstring>

#include "mask/wide.hpp"

namespace moretta::mask {

// Most significant byte first.
inline void store_words(std::uint64_t high, std::uint64_t low, std::byte* to) {
  using Pair [[gnu::vector_size(wide_bytes)]] = std::uint64_t;
  const Pair pair = {__builtin_bswap64(high), __builtin_bswap64(low)};
  std::memcpy(to, &pair, sizeof pair);
}

}  // namespace moretta::mask
