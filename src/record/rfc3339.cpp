#include "record/rfc3339.hpp"

#include <chrono>

namespace moretta {

namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t minute_us = 60 * second_us;
constexpr std::int64_t hour_us = 60 * minute_us;
constexpr std::int64_t day_us = 24 * hour_us;
constexpr std::size_t fraction_digits_max = 9;  // nanoseconds: no producer we know writes more

// Takes exactly `count` digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) {
    return std::nullopt;
  }
  int number = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
  const std::optional<int> year = take_number(text, 4);
  if (!year || !take(text, "-")) {
    return std::nullopt;
  }
  const std::optional<int> month = take_number(text, 2);
  if (!month || !take(text, "-")) {
    return std::nullopt;
  }
  const std::optional<int> day = take_number(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *year == 0) {
    return std::nullopt;
  }
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

struct TimeOfDay {
  std::int64_t micros = 0;
  bool is_leap_second = false;
};

std::optional<TimeOfDay> take_time_of_day(std::string_view& text) {
  const std::optional<int> hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) {
    return std::nullopt;
  }
  const std::optional<int> minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ":")) {
    return std::nullopt;
  }
  const std::optional<int> second = take_number(text, 2);
  if (!second || *second > 60) {
    return std::nullopt;
  }
  std::int64_t fraction_us = 0;
  if (take(text, ".")) {
    std::int64_t weight = second_us;
    std::size_t digits = 0;
    while (const std::optional<int> digit = take_number(text, 1)) {
      weight /= 10;
      fraction_us += *digit * weight;
      ++digits;
    }
    if (digits == 0 || digits > fraction_digits_max) {
      return std::nullopt;
    }
  }
  const std::int64_t whole = *hour * hour_us + *minute * minute_us;
  if (*second == 60) {
    return TimeOfDay{.micros = whole + minute_us - 1, .is_leap_second = true};
  }
  return TimeOfDay{.micros = whole + *second * second_us + fraction_us};
}

std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (take(text, "Zz")) {
    return 0;
  }
  const bool west = text.starts_with('-');
  if (!take(text, "+-")) {
    return std::nullopt;
  }
  const std::optional<int> hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) {
    return std::nullopt;
  }
  const std::optional<int> minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t offset = *hours * hour_us + *minutes * minute_us;
  return west ? -offset : offset;
}

}  // namespace

std::optional<std::int64_t> days_of(std::string_view date) {
  const std::optional<std::int64_t> days = take_date(date);
  return date.empty() ? days : std::nullopt;
}

std::optional<std::int64_t> micros_of(std::string_view time) {
  const std::optional<std::int64_t> days = take_date(time);
  if (!days || !take(time, "Tt ")) {
    return std::nullopt;
  }
  const std::optional<TimeOfDay> of_day = take_time_of_day(time);
  if (!of_day) {
    return std::nullopt;
  }
  const std::optional<std::int64_t> offset = take_offset(time);
  if (!offset || !time.empty()) {
    return std::nullopt;
  }
  const std::int64_t utc = *days * day_us + of_day->micros - *offset;
  const bool ends_a_day = day_of_micros(utc + 1) != day_of_micros(utc);
  if (of_day->is_leap_second && !ends_a_day) {
    return std::nullopt;
  }
  return utc;
}

std::int64_t day_of_micros(std::int64_t micros) {
  return std::chrono::floor<std::chrono::days>(std::chrono::microseconds{micros}).count();
}

std::int64_t micros_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace moretta
