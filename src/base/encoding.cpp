#include "base/encoding.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/ensure.hpp"

namespace moretta {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view standard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Values = std::array<std::int8_t, 256>;

constexpr Values values_of(std::string_view alphabet) {
  Values values{};
  values.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr Values standard_values = values_of(standard);
constexpr Values url_safe_values = values_of(url_safe);

// Sixteen characters at a time, reckoned instead of looked up: every token that is stored goes
// through here. Vectors of 16 bytes are in every processor of the 64-bit x86 and ARM families.
using Chars [[gnu::vector_size(16)]] = std::uint8_t;

Chars load_chars(const std::byte* from) {
  Chars chars;
  std::memcpy(&chars, from, sizeof chars);
  return chars;
}

void store_chars(const Chars& chars, char* to) {
  std::memcpy(to, &chars, sizeof chars);
}

// `then` where `test` is true, which a vector says by all bits.
template <typename Test>
Chars where(Test test, int then) {
  return reinterpret_cast<Chars>(test) & static_cast<std::uint8_t>(then);
}

std::uint64_t load_big_endian(const std::byte* from) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, from, sizeof bits);
  return __builtin_bswap64(bits);
}

// 48 bits as eight sextets, a byte each, the first of them first in memory.
std::uint64_t sextets(std::uint64_t bits) {
  bits = (bits & 0x0000'ffff'ff00'0000U) << 8 | (bits & 0x0000'0000'00ff'ffffU);
  bits = (bits & 0x00ff'f000'00ff'f000U) << 4 | (bits & 0x0000'0fff'0000'0fffU);
  bits = (bits & 0x0fc0'0fc0'0fc0'0fc0U) << 2 | (bits & 0x003f'003f'003f'003fU);
  return __builtin_bswap64(bits);
}

// A-Z, a-z, 0-9 follow one another in ASCII each by itself; the last two are the alphabet's own.
Chars base64_characters(const Chars& sextets, std::string_view alphabet) {
  Chars chars = sextets + static_cast<std::uint8_t>('A');
  chars += where(sextets > 25, 'a' - 'Z' - 1);
  chars += where(sextets > 51, '0' - 'z' - 1);
  chars += where(sextets == 62, alphabet[62] - '9' - 1);
  chars += where(sextets == 63, alphabet[63] - '9' - 2);
  return chars;
}

// Put together in registers: a load across two stores waits until both have reached the cache.
Chars pair_of(std::uint64_t first, std::uint64_t second) {
  using Pair [[gnu::vector_size(16)]] = std::uint64_t;
  return reinterpret_cast<Chars>(Pair{sextets(first), sextets(second)});
}

// 24 bytes to 32 characters, loaded as the words that ciphers store for the same reason.
void put_words(const std::byte* from, std::string_view alphabet, char* to) {
  constexpr std::uint64_t low_48 = 0xffff'ffff'ffffU;
  const std::uint64_t one = load_big_endian(from);
  const std::uint64_t two = load_big_endian(from + 8);
  const std::uint64_t three = load_big_endian(from + 16);
  const Chars head = pair_of(one >> 16, (one << 32 | two >> 32) & low_48);
  const Chars tail = pair_of((two << 16 | three >> 48) & low_48, three & low_48);
  store_chars(base64_characters(head, alphabet), to);
  store_chars(base64_characters(tail, alphabet), to + 16);
}

// Three bytes to four characters, the last group shorter.
std::size_t group_chars(std::size_t bytes) {
  return (4 * bytes + 2) / 3;
}

void write_groups(std::span<const std::byte> bytes, std::string_view alphabet, char* to) {
  // Copied, because a char that is written might be one of what a lambda refers to.
  const char* const characters = alphabet.data();
  const std::byte* from = bytes.data();
  const auto byte = [](std::byte value) {
    return std::to_integer<std::uint32_t>(value);
  };
  const auto put = [characters](std::uint32_t sextet) {
    return characters[sextet & 63U];
  };
  std::size_t left = bytes.size();
  for (; left >= 24; left -= 24, from += 24, to += 32) {
    put_words(from, alphabet, to);
  }
  for (; left >= 3; left -= 3, from += 3, to += 4) {
    const std::uint32_t bits = byte(from[0]) << 16 | byte(from[1]) << 8 | byte(from[2]);
    to[0] = put(bits >> 18);
    to[1] = put(bits >> 12);
    to[2] = put(bits >> 6);
    to[3] = put(bits);
  }
  if (left == 1) {
    to[0] = put(byte(from[0]) >> 2);
    to[1] = put(byte(from[0]) << 4);
  } else if (left == 2) {
    to[0] = put(byte(from[0]) >> 2);
    to[1] = put(byte(from[0]) << 4 | byte(from[1]) >> 4);
    to[2] = put(byte(from[1]) << 2);
  }
}

void append_groups(std::span<const std::byte> bytes, std::string_view alphabet, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + group_chars(bytes.size()));
  write_groups(bytes, alphabet, out.data() + start);
}

Chars hex_characters(const Chars& nibbles) {
  return nibbles + static_cast<std::uint8_t>('0') + where(nibbles > 9, 'a' - '9' - 1);
}

// Sixteen bytes to 32 digits.
void put_sixteen(const std::byte* from, char* to) {
  const Chars bytes = load_chars(from);
  const Chars high = hex_characters(bytes >> 4);
  const Chars low = hex_characters(bytes & 15);
  store_chars(
      __builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      to);
  store_chars(__builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14,
                                      30, 15, 31),
              to + 16);
}

std::optional<std::string> decode_groups(std::string_view text, const Values& values) {
  if (text.size() % 4 == 1) {
    return std::nullopt;
  }
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::int8_t value = values[static_cast<unsigned char>(c)];
    if (value < 0) {
      return std::nullopt;
    }
    bits = (bits << 6) | static_cast<std::uint8_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<char>((bits >> held) & 255U));
    }
  }
  const bool canonical = (bits & ((1U << held) - 1U)) == 0;
  return canonical ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const int letter = (c | 0x20) - 'a';
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

void write_hex(std::span<const std::byte> bytes, std::span<char> out) {
  ENSURE(out.size() == 2 * bytes.size());
  char* to = out.data();
  for (; bytes.size() >= 16; bytes = bytes.subspan(16), to += 32) {
    put_sixteen(bytes.data(), to);
  }
  for (const std::byte byte : bytes) {
    *to++ = hex_digits[std::to_integer<unsigned>(byte) >> 4];
    *to++ = hex_digits[std::to_integer<unsigned>(byte) & 15U];
  }
}

void append_hex(std::span<const std::byte> bytes, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + 2 * bytes.size());
  write_hex(bytes, std::span(out).subspan(start));
}

std::string hex(std::span<const std::byte> bytes) {
  std::string out;
  append_hex(bytes, out);
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return std::nullopt;
  }
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::string base64(std::span<const std::byte> bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  append_groups(bytes, standard, out);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::nullopt;
  }
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
    text.remove_suffix(1);
  }
  return decode_groups(text, standard_values);
}

std::size_t base64url_chars(std::size_t bytes) {
  return group_chars(bytes);
}

void write_base64url(std::span<const std::byte> bytes, std::span<char> out) {
  ENSURE(out.size() == group_chars(bytes.size()));
  write_groups(bytes, url_safe, out.data());
}

void append_base64url(std::span<const std::byte> bytes, std::string& out) {
  append_groups(bytes, url_safe, out);
}

std::string base64url(std::span<const std::byte> bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  append_base64url(bytes, out);
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  return decode_groups(text, url_safe_values);
}

}  // namespace moretta
