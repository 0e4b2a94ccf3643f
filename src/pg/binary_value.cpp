#include "pg/binary_value.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <vector>

#include <arpa/inet.h>

#include "base/encoding.hpp"
#include "base/ensure.hpp"

namespace moretta::pg {

namespace {

// Between 1970-01-01 and Postgres's own epoch, 2000-01-01.
constexpr std::int64_t epoch_days = 10'957;
constexpr std::int64_t epoch_micros = epoch_days * 86'400 * 1'000'000;

// The last values of the types are infinity; the one before is finite and out of range, so that the
// server refuses the row as it would have refused the true value.
constexpr std::int32_t refused_date = std::numeric_limits<std::int32_t>::max() - 1;
constexpr std::int64_t refused_timestamp = std::numeric_limits<std::int64_t>::max() - 1;

// Postgres 4713 BC to 5874897 AD, in days since 1970, generously.
constexpr std::int64_t days_max = 2'147'483'647 - 2 * epoch_days;

// Digits of a numeric stand in groups of four (NBASE 10000); it holds 131072 digits before the
// point and 16383 behind it.
constexpr int group_digits = 4;
constexpr std::int64_t scale_max = 16'383;
constexpr std::int64_t exponent_max = 100'000;
constexpr std::uint16_t numeric_negative = 0x4000;

// A number taken apart: 0.DIGITS times ten to `point`.
struct Decimal {
  bool is_negative = false;
  std::string digits;      // without leading zeros; empty for zero
  std::int64_t point = 0;  // how many of the digits stand before the point
  std::int64_t scale = 0;  // digits behind the point, as written
};

Decimal decimal_of(std::string_view number) {
  Decimal decimal;
  if (number.starts_with('-')) {
    decimal.is_negative = true;
    number.remove_prefix(1);
  }
  std::int64_t exponent = 0;
  const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
  if (mark < number.size()) {
    std::string_view text = number.substr(mark + 1);
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    exponent = error == std::errc{} ? std::clamp(exponent, -exponent_max, exponent_max)
                                    : (text.starts_with('-') ? -exponent_max : exponent_max);
  }
  const std::string_view mantissa = number.substr(0, mark);
  const std::size_t period = std::min(mantissa.find('.'), mantissa.size());
  decimal.digits = mantissa.substr(0, period);
  if (period < mantissa.size()) {
    decimal.digits += mantissa.substr(period + 1);
  }
  const auto behind = static_cast<std::int64_t>(decimal.digits.size() - period);
  decimal.point = static_cast<std::int64_t>(period) + exponent;
  decimal.scale = std::max<std::int64_t>(0, behind - exponent);
  const std::size_t zeros = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
  decimal.digits.erase(0, zeros);
  decimal.point -= static_cast<std::int64_t>(zeros);
  return decimal;
}

// Rounded down, as the place of a group left of the point asks for.
std::int64_t floor_of(std::int64_t number, std::int64_t by) {
  return number >= 0 ? number / by : -((-number + by - 1) / by);
}

// The digits in groups that the point does not cut, without zeros at the end.
std::vector<std::uint16_t> groups_of(const Decimal& decimal, std::int64_t first_group) {
  std::string digits(static_cast<std::size_t>(first_group * group_digits - decimal.point), '0');
  digits += decimal.digits;
  digits.resize((digits.size() + group_digits - 1) / group_digits * group_digits, '0');
  std::vector<std::uint16_t> groups;
  for (std::size_t at = 0; at < digits.size(); at += group_digits) {
    std::uint16_t group = 0;
    std::from_chars(digits.data() + at, digits.data() + at + group_digits, group);
    groups.push_back(group);
  }
  while (!groups.empty() && groups.back() == 0) {
    groups.pop_back();
  }
  return groups;
}

}  // namespace

std::int32_t binary_date(std::int64_t days) {
  const bool fits = days >= -days_max && days <= days_max;
  return fits ? static_cast<std::int32_t>(days - epoch_days) : refused_date;
}

std::int64_t binary_timestamp(std::int64_t micros) {
  const bool fits = micros >= std::numeric_limits<std::int64_t>::min() + 2 * epoch_micros;
  return fits ? micros - epoch_micros : refused_timestamp;
}

void append_binary_numeric(std::string_view number, std::string& out) {
  const Decimal decimal = decimal_of(number);
  const std::int64_t first_group = floor_of(decimal.point + group_digits - 1, group_digits);
  const bool fits = decimal.scale <= scale_max && decimal.point < exponent_max;
  std::vector<std::uint16_t> groups;
  if (fits && !decimal.digits.empty()) {
    groups = groups_of(decimal, first_group);
  }
  append_big_endian(static_cast<std::uint16_t>(groups.size()), out);
  append_big_endian(static_cast<std::uint16_t>(groups.empty() ? 0 : first_group - 1), out);
  append_big_endian(decimal.is_negative && !groups.empty() ? numeric_negative : std::uint16_t{0},
                    out);
  // A scale over the limit is what the server refuses.
  append_big_endian(static_cast<std::uint16_t>(fits ? decimal.scale : scale_max + 1), out);
  for (const std::uint16_t group : groups) {
    append_big_endian(group, out);
  }
}

void append_binary_uuid(std::string_view text, std::string& out) {
  std::string digits(text);
  std::erase(digits, '-');
  const std::optional<std::string> bytes = from_hex(digits);
  ENSURE(bytes.has_value() && bytes->size() == 16);
  out += *bytes;
}

void append_binary_inet(std::string_view text, std::string& out) {
  constexpr char family_v4 = 2;  // PGSQL_AF_INET
  constexpr char family_v6 = 3;
  constexpr char is_cidr = 0;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string address(text.substr(0, slash));
  char bytes[sizeof(in6_addr)];
  const bool is_v4 = inet_pton(AF_INET, address.c_str(), bytes) == 1;
  ENSURE(is_v4 || inet_pton(AF_INET6, address.c_str(), bytes) == 1);
  const int size = is_v4 ? sizeof(in_addr) : sizeof(in6_addr);
  int bits = size * 8;
  if (slash < text.size()) {
    std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
  }
  out.push_back(is_v4 ? family_v4 : family_v6);
  out.push_back(static_cast<char>(bits));
  out.push_back(is_cidr);
  out.push_back(static_cast<char>(size));
  out.append(bytes, static_cast<std::size_t>(size));
}

}  // namespace moretta::pg
