#include "mask/ip_address.hpp"

#include <algorithm>
#include <cstdint>

namespace moretta::mask {

namespace {

constexpr std::size_t groups = 8;
constexpr std::size_t v4_offset = 12;  // of the quad in a v4-mapped address
constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr std::array<std::byte, v4_offset> v4_prefix = {
    std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},    std::byte{0},
    std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}};

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool parse_quad(std::string_view text, std::span<std::byte, 4> out) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i > 0 && (at == text.size() || text[at++] != '.')) {
      return false;
    }
    const std::size_t start = at;
    unsigned value = 0;
    for (; at < text.size() && at - start < 3 && text[at] >= '0' && text[at] <= '9'; ++at) {
      value = value * 10 + static_cast<unsigned>(text[at] - '0');
    }
    const bool has_leading_zero = at - start > 1 && text[start] == '0';
    if (at == start || value > 255 || has_leading_zero) {
      return false;
    }
    out[i] = std::byte(value);
  }
  return at == text.size();
}

// The groups on one side of `::`, or all of them. A quad may stand for the last two.
struct Groups {
  std::array<std::uint16_t, groups> values{};
  std::size_t count = 0;

  bool add(unsigned value) {
    if (count == groups) {
      return false;
    }
    values[count++] = static_cast<std::uint16_t>(value);
    return true;
  }

  bool add_quad(std::string_view text) {
    std::array<std::byte, 4> quad;
    if (!parse_quad(text, quad)) {
      return false;
    }
    const auto at = [&](std::size_t i) {
      return std::to_integer<unsigned>(quad[i]);
    };
    return add(at(0) << 8 | at(1)) && add(at(2) << 8 | at(3));
  }

  // `text` may be empty: no groups.
  bool parse(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t start = at;
      unsigned value = 0;
      for (; at < text.size() && at - start < 4 && hex_value(text[at]) >= 0; ++at) {
        value = value << 4 | static_cast<unsigned>(hex_value(text[at]));
      }
      if (at < text.size() && text[at] == '.') {
        return add_quad(text.substr(start));
      }
      if (at == start || !add(value)) {
        return false;
      }
      if (at == text.size()) {
        return true;
      }
      if (text[at++] != ':' || at == text.size()) {
        return false;
      }
    }
    return true;
  }
};

std::optional<IpAddress> parse_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  Groups front;
  Groups back;
  if (!front.parse(text.substr(0, gap))) {
    return std::nullopt;
  }
  const bool has_gap = gap != std::string_view::npos;
  if (has_gap && !back.parse(text.substr(gap + 2))) {
    return std::nullopt;
  }
  const std::size_t count = front.count + back.count;
  const bool has_quad_before_gap =
      has_gap && text.substr(0, gap).find('.') != std::string_view::npos;
  if (has_quad_before_gap || (has_gap ? count >= groups : count != groups)) {
    return std::nullopt;  // a gap stands for one group at least
  }
  IpAddress address{};
  const auto put = [&](std::size_t group, unsigned value) {
    address[2 * group] = std::byte(value >> 8);
    address[2 * group + 1] = std::byte(value & 0xffU);
  };
  for (std::size_t i = 0; i < front.count; ++i) {
    put(i, front.values[i]);
  }
  for (std::size_t i = 0; i < back.count; ++i) {
    put(groups - back.count + i, back.values[i]);
  }
  return address;
}

char* write_decimal(unsigned value, char* to) {
  if (value >= 100) {
    *to++ = static_cast<char>('0' + value / 100);
  }
  if (value >= 10) {
    *to++ = static_cast<char>('0' + value / 10 % 10);
  }
  *to++ = static_cast<char>('0' + value % 10);
  return to;
}

char* write_group(unsigned value, char* to) {
  bool begun = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = value >> shift & 15U;
    begun = begun || digit != 0 || shift == 0;
    if (begun) {
      *to++ = hex_digits[digit];
    }
  }
  return to;
}

// RFC 5952 section 4.2: the longest run of zero groups, two or more; the first of equals.
struct Gap {
  std::size_t start = groups;
  std::size_t length = 1;
};

Gap longest_gap(const std::array<unsigned, groups>& values) {
  Gap longest;
  std::size_t run = 0;
  for (std::size_t i = 0; i < groups; ++i) {
    run = values[i] == 0 ? run + 1 : 0;
    if (run > longest.length) {
      longest = {.start = i + 1 - run, .length = run};
    }
  }
  return longest;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  constexpr std::size_t longest_spelling = 45;  // six groups and a quad
  if (text.size() > longest_spelling) {
    return std::nullopt;
  }
  if (text.find(':') != std::string_view::npos) {
    return parse_v6(text);
  }
  IpAddress address;
  std::ranges::copy(v4_prefix, address.begin());
  if (!parse_quad(text, std::span(address).last<4>())) {
    return std::nullopt;
  }
  return address;
}

bool is_v4(const IpAddress& address) {
  return std::ranges::equal(std::span(address).first<v4_offset>(), v4_prefix);
}

std::size_t write_ip(const IpAddress& address, IpText& text) {
  char* to = text.data();
  const auto at = [&](std::size_t i) {
    return std::to_integer<unsigned>(address[i]);
  };
  if (is_v4(address)) {
    for (std::size_t i = v4_offset; i < address.size(); ++i) {
      if (i > v4_offset) {
        *to++ = '.';
      }
      to = write_decimal(at(i), to);
    }
    return static_cast<std::size_t>(to - text.data());
  }
  std::array<unsigned, groups> values;
  for (std::size_t i = 0; i < groups; ++i) {
    values[i] = at(2 * i) << 8 | at(2 * i + 1);
  }
  const Gap gap = longest_gap(values);
  for (std::size_t i = 0; i < groups; ++i) {
    if (i == gap.start) {
      *to++ = ':';
      *to++ = ':';
      i += gap.length - 1;
      continue;
    }
    if (i > 0 && i != gap.start + gap.length) {
      *to++ = ':';
    }
    to = write_group(values[i], to);
  }
  return static_cast<std::size_t>(to - text.data());
}

}  // namespace moretta::mask
