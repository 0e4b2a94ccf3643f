#pragma once

// A block out of two numbers, written at once: where two halves are stored and the cipher loads the
// whole, the processor waits until both have reached the cache.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "mask/wide.hpp"

namespace moretta::mask {

using BlockWords [[gnu::vector_size(wide_bytes)]] = std::uint64_t;

inline BlockWords load_words(const std::byte* from) {
  BlockWords words;
  std::memcpy(&words, from, sizeof words);
  return words;
}

inline void store_block(const BlockWords& words, std::byte* to) {
  std::memcpy(to, &words, sizeof words);
}

// Most significant byte first.
inline void store_words(std::uint64_t high, std::uint64_t low, std::byte* to) {
  store_block(BlockWords{__builtin_bswap64(high), __builtin_bswap64(low)}, to);
}

// Fewer than 16 bytes as a block, zeros behind them.
inline BlockWords load_short(const std::byte* from, std::size_t bytes) {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (bytes >= sizeof low) {
    std::memcpy(&low, from, sizeof low);
    if (bytes > sizeof low) {
      std::memcpy(&high, from + bytes - sizeof high, sizeof high);
      high >>= 8 * (wide_bytes - bytes);
    }
  } else {
    for (std::size_t i = bytes; i-- > 0;) {
      low = low << 8 | std::to_integer<std::uint64_t>(from[i]);
    }
  }
  return BlockWords{low, high};
}

// The last bytes of a text, then `mark`, then zeros. REQUIRED: bytes < 16.
inline BlockWords load_padded(const std::byte* from, std::size_t bytes, std::byte mark) {
  const std::uint64_t marked = std::to_integer<std::uint64_t>(mark) << (8 * (bytes % 8));
  const bool is_low = bytes < sizeof marked;
  return load_short(from, bytes) | BlockWords{is_low ? marked : 0, is_low ? 0 : marked};
}

// Text, then 0x80, then zeros: of aes-siv and of hashes alike. Whole blocks are stored, because
// ciphers load them so. REQUIRED: `to` is whole blocks, and more bytes than the text.
inline void store_padded(std::span<const std::byte> text, std::span<std::byte> to) {
  const std::size_t whole = text.size() / wide_bytes * wide_bytes;
  for (std::size_t at = 0; at < whole; at += wide_bytes) {
    store_block(load_words(text.data() + at), to.data() + at);
  }
  const BlockWords end = load_padded(text.data() + whole, text.size() - whole, std::byte{0x80});
  store_block(end, to.data() + whole);
  for (std::size_t at = whole + wide_bytes; at < to.size(); at += wide_bytes) {
    store_block(BlockWords{}, to.data() + at);
  }
}

}  // namespace moretta::mask
