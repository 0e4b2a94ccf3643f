#include "record/json_token.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/ensure.hpp"

namespace moretta {

namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes a run of digits from the front; false if there is none.
bool take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) {
    ++count;
  }
  text.remove_prefix(count);
  return count > 0;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// Four hex digits from the front.
std::optional<std::uint32_t> take_code_unit(std::string_view& text) {
  std::uint32_t unit = 0;
  if (text.size() < 4) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, unit, 16);
  if (error != std::errc{} || end != text.data() + 4) {
    return std::nullopt;
  }
  text.remove_prefix(4);
  return unit;
}

constexpr bool is_high_surrogate(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low_surrogate(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

// What follows `\u`: one code point, from one unit or a surrogate pair.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const std::optional<std::uint32_t> first = take_code_unit(text);
  if (!first || is_low_surrogate(*first)) {
    return std::nullopt;
  }
  if (!is_high_surrogate(*first)) {
    return first;
  }
  if (!text.starts_with("\\u")) {
    return std::nullopt;
  }
  text.remove_prefix(2);
  const std::optional<std::uint32_t> second = take_code_unit(text);
  if (!second || !is_low_surrogate(*second)) {
    return std::nullopt;
  }
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

char* append_utf8(std::uint32_t point, char* to) {
  const auto put = [&to](std::uint32_t byte) {
    *to++ = static_cast<char>(byte);
  };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  }
  return to;
}

}  // namespace

bool is_json_number(std::string_view text) {
  take(text, "-");
  if (!take(text, "0") && !take_digits(text)) {
    return false;
  }
  if (take(text, ".") && !take_digits(text)) {
    return false;
  }
  if (take(text, "eE")) {
    take(text, "+-");
    if (!take_digits(text)) {
      return false;
    }
  }
  return text.empty();
}

double to_double(std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error == std::errc::result_out_of_range) {
    // from_chars does not say on which side; strtod does. Rare, so the copy does not matter.
    value = std::strtod(std::string(number).c_str(), nullptr);
  }
  return value;
}

bool fits_double(std::string_view number) {
  constexpr auto digits_safe =
      static_cast<std::size_t>(std::numeric_limits<double>::max_exponent10);
  if (number.size() <= digits_safe && number.find_first_of("eE") == std::string_view::npos) {
    return true;
  }
  return std::isfinite(to_double(number));
}

std::optional<std::size_t> unescape_json(std::string_view raw, std::span<char> out) {
  ENSURE(out.size() >= raw.size());
  constexpr std::string_view escapes = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  char* to = out.data();
  while (!raw.empty()) {
    const std::size_t plain = std::min(raw.find('\\'), raw.size());
    to += raw.copy(to, plain);
    raw.remove_prefix(plain);
    if (raw.empty()) {
      break;
    }
    raw.remove_prefix(1);
    if (take(raw, "u")) {
      const std::optional<std::uint32_t> point = take_code_point(raw);
      if (!point) {
        return std::nullopt;
      }
      to = append_utf8(*point, to);
      continue;
    }
    const std::size_t which = raw.empty() ? std::string_view::npos : escapes.find(raw.front());
    if (which == std::string_view::npos) {
      return std::nullopt;
    }
    *to++ = meanings[which];
    raw.remove_prefix(1);
  }
  return static_cast<std::size_t>(to - out.data());
}

}  // namespace moretta
