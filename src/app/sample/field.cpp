#include "app/sample/field.hpp"

#include <algorithm>
#include <functional>

#include "record/rfc3339.hpp"

namespace moretta::app {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// UTF-8: every byte that does not continue a character begins one.
std::size_t chars_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// E.164 as it is written: + and 8 to 15 digits with blanks, points, dashes and brackets between.
bool is_phone(std::string_view text) {
  constexpr std::ptrdiff_t digits_min = 8;
  constexpr std::ptrdiff_t digits_max = 15;
  constexpr std::size_t chars_most = 24;
  if (!text.starts_with('+') || text.size() > chars_most) {
    return false;
  }
  const auto digits = std::ranges::count_if(text, is_digit);
  return digits >= digits_min && digits <= digits_max &&
         text.find_first_not_of("0123456789 .-()", 1) == std::string_view::npos;
}

// Numbers with periods between: 2.3.0. One period alone is a number that somebody quoted.
bool is_version(std::string_view text) {
  return std::ranges::count(text, '.') >= 2 && is_digit(text.front()) && is_digit(text.back()) &&
         text.find_first_not_of("0123456789.") == std::string_view::npos &&
         text.find("..") == std::string_view::npos;
}

}  // namespace

void Field::take_string(std::string_view text) {
  ++strings;
  chars_max = std::max(chars_max, chars_of(text));
  const audit::Shape shape = audit::recognise(text).shape;
  ++looks[static_cast<std::size_t>(shape)];
  dates += days_of(text) ? 1 : 0;
  times += micros_of(text) ? 1 : 0;
  phones += is_phone(text) ? 1 : 0;
  versions += shape != audit::Shape::ipv4 && !text.empty() && is_version(text) ? 1 : 0;
  if (distinct.size() < distinct_max) {
    distinct.insert(std::hash<std::string_view>{}(text));
  }
}

void Field::take_integer(std::int64_t number) {
  ++integers;
  integer_min = std::min(integer_min, number);
  integer_max = std::max(integer_max, number);
  if (distinct.size() < distinct_max) {
    distinct.insert(static_cast<std::uint64_t>(number));
  }
}

}  // namespace moretta::app
