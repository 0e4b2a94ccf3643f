#pragma once

// Where in a text the first byte of some kind stands, sixteen bytes at a time. Vectors of 16 bytes
// are in every processor of the 64-bit x86 and ARM families.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace moretta {

using SixteenBytes [[gnu::vector_size(16)]] = std::uint8_t;

inline constexpr std::size_t scan_bytes = sizeof(SixteenBytes);

inline SixteenBytes load_sixteen(const char* from) {
  SixteenBytes bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

// `marks` is what a comparison gives: all bits of each byte that is meant. The number of bytes
// before the first of them.
template <typename Marks>
std::size_t unmarked_front(Marks marks) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  using Halves [[gnu::vector_size(16)]] = std::uint64_t;
  const Halves halves = reinterpret_cast<Halves>(marks);
  const int front = std::countr_zero(std::uint64_t{halves[0]}) / 8;
  const int bytes = front < 8 ? front : 8 + std::countr_zero(std::uint64_t{halves[1]}) / 8;
  return static_cast<std::size_t>(bytes);
}

// How many bytes at the front of the text `marks_of` does not mark. REQUIRED: at least sixteen.
template <typename MarksOf>
std::size_t unmarked_prefix(std::string_view text, MarksOf marks_of) {
  std::size_t at = 0;
  for (; text.size() - at >= scan_bytes; at += scan_bytes) {
    const std::size_t front = unmarked_front(marks_of(load_sixteen(text.data() + at)));
    if (front < scan_bytes) {
      return at + front;
    }
  }
  // The last sixteen, of which the first were looked at: they are not marked.
  at = text.size() - scan_bytes;
  return at + unmarked_front(marks_of(load_sixteen(text.data() + at)));
}

}  // namespace moretta
