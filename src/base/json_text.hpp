#pragma once

// Writing JSON (RFC 8259): just the quoting, because our documents are small and flat.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "base/byte_scan.hpp"

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

inline auto json_special_bytes(SixteenBytes bytes) {
  return (bytes < std::uint8_t{0x20}) | (bytes == std::uint8_t{'"'}) |
         (bytes == std::uint8_t{'\\'});
}

// How many bytes at the front of the text are plain.
inline std::size_t json_plain_prefix(std::string_view text) {
  if (text.size() >= scan_bytes) {
    return unmarked_prefix(text, json_special_bytes);
  }
  std::size_t count = 0;
  while (count < text.size() && is_json_plain(text[count])) {
    ++count;
  }
  return count;
}

// The letter behind the backslash of an escape that has one; 0 for other control characters.
inline char json_escape_letter(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

// Behind `plain` bytes that stand for themselves: written in place, into room for an escape of two
// bytes for each byte. A body of an event is full of quotes.
inline void append_json_escaped(std::string_view text, std::size_t plain, std::string& out) {
  std::size_t end = out.size();
  out.resize(end + 2 * text.size());
  while (true) {
    std::memcpy(out.data() + end, text.data(), plain);
    end += plain;
    if (plain == text.size()) {
      break;
    }
    const char c = text[plain];
    const char letter = json_escape_letter(c);
    if (letter != 0) {
      out[end++] = '\\';
      out[end++] = letter;
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out.replace(end, 2, escaped);
      end += 6;
    }
    text.remove_prefix(plain + 1);
    plain = json_plain_prefix(text);
  }
  out.resize(end);
}

inline void append_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  const std::size_t plain = json_plain_prefix(text);
  if (plain == text.size()) {
    out.append(text);
  } else {
    append_json_escaped(text, plain, out);
  }
  out.push_back('"');
}

inline std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

}  // namespace moretta
