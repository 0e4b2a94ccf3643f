#pragma once

// Writing JSON (RFC 8259): just the quoting, because our documents are small and flat.

#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace moretta {

// Bytes that stand for themselves in a string: not quotes, backslashes and control characters.
inline constexpr std::array<bool, 256> json_plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x20; byte < table.size(); ++byte) {
    table[byte] = byte != '"' && byte != '\\';
  }
  return table;
}();

inline bool is_json_plain(char c) {
  return json_plain[static_cast<unsigned char>(c)];
}

// How many of the eight bytes there come before the first that is not plain (the zero-byte test of
// "Hacker's Delight", section 6-1, whose lowest hit is exact).
inline std::size_t json_plain_of_eight(const char* bytes) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  constexpr std::uint64_t ones = 0x0101010101010101U;
  const auto zeros = [](std::uint64_t word) {
    return (word - ones) & ~word;
  };
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t controls = (word - ones * 0x20) & ~word;
  const std::uint64_t quotes = zeros(word ^ (ones * '"')) | zeros(word ^ (ones * '\\'));
  return static_cast<std::size_t>(std::countr_zero((controls | quotes) & (ones * 0x80))) / 8;
}

// How many bytes at the front of the text are plain.
inline std::size_t json_plain_prefix(std::string_view text) {
  std::size_t count = 0;
  std::size_t step = 8;
  while (step == 8 && text.size() - count >= 8) {
    step = json_plain_of_eight(text.data() + count);
    count += step;
  }
  while (count < text.size() && is_json_plain(text[count])) {
    ++count;
  }
  return count;
}

inline void append_json_escape(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default: {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    }
  }
}

inline void append_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  while (true) {
    const std::size_t plain = json_plain_prefix(text);
    out.append(text.substr(0, plain));
    if (plain == text.size()) {
      break;
    }
    append_json_escape(text[plain], out);
    text.remove_prefix(plain + 1);
  }
  out.push_back('"');
}

inline std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

}  // namespace moretta
