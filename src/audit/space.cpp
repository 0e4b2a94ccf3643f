#include "audit/space.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace moretta::audit {

namespace {

constexpr char any_digit = 'd';
constexpr std::uint64_t octets = 256;

std::uint64_t texts_of(std::string_view pattern) {
  std::uint64_t texts = 1;
  for (const char c : pattern) {
    texts *= c == any_digit ? 10 : 1;
  }
  return texts;
}

// Text number `index` of a pattern, the last digit counting fastest.
void write_pattern(std::string_view pattern, std::uint64_t index, char* out) {
  for (std::size_t i = pattern.size(); i > 0; --i) {
    if (pattern[i - 1] == any_digit) {
      out[i - 1] = static_cast<char>('0' + index % 10);
      index /= 10;
    } else {
      out[i - 1] = pattern[i - 1];
    }
  }
}

std::size_t write_octet(std::uint64_t octet, char* out) {
  std::size_t chars = 0;
  if (octet >= 100) {
    out[chars++] = static_cast<char>('0' + octet / 100);
  }
  if (octet >= 10) {
    out[chars++] = static_cast<char>('0' + octet / 10 % 10);
  }
  out[chars++] = static_cast<char>('0' + octet % 10);
  return chars;
}

}  // namespace

Result<Space, std::string> Space::parse(std::string_view name) {
  if (name == "ipv4") {
    return addresses();
  }
  const auto digits = std::ranges::count(name, any_digit);
  if (digits == 0) {
    return Failure{
        std::string("a space is `ipv4`, or a pattern in which d stands for a digit, such "
                    "as ddd-dd-dddd")};
  }
  if (digits > pattern_digits_max || name.size() > space_text_chars_max) {
    return Failure{"a pattern has at most " + std::to_string(pattern_digits_max) + " digits and " +
                   std::to_string(space_text_chars_max) + " characters"};
  }
  return of_pattern(name);
}

Space Space::addresses() {
  Space space;
  space.form_ = Form::ipv4;
  space.name_ = "ipv4";
  space.prefixes_ = octets * octets * octets;
  for (std::uint64_t octet = 0; octet < octets; ++octet) {
    space.suffixes_.push_back(std::to_string(octet));
  }
  return space;
}

Space Space::of_pattern(std::string_view pattern) {
  const std::size_t suffix_chars = std::min(suffix_chars_max, pattern.size());
  const std::string_view suffix = pattern.substr(pattern.size() - suffix_chars);
  Space space;
  space.form_ = Form::pattern;
  space.name_ = pattern;
  space.prefix_pattern_ = pattern.substr(0, pattern.size() - suffix_chars);
  space.prefixes_ = texts_of(space.prefix_pattern_);
  for (std::uint64_t i = 0; i < texts_of(suffix); ++i) {
    std::string text(suffix_chars, '0');
    write_pattern(suffix, i, text.data());
    space.suffixes_.push_back(std::move(text));
  }
  return space;
}

std::size_t Space::write_prefix(std::uint64_t index, SpaceText& out) const {
  ENSURE(index < prefixes_);
  if (form_ == Form::pattern) {
    write_pattern(prefix_pattern_, index, out.data());
    return prefix_pattern_.size();
  }
  std::size_t chars = 0;
  for (const unsigned shift : {16U, 8U, 0U}) {
    chars += write_octet(index >> shift & 0xFFU, out.data() + chars);
    out.at(chars++) = '.';
  }
  return chars;
}

}  // namespace moretta::audit
