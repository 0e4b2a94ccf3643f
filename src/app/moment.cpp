#include "app/moment.hpp"

#include <charconv>

namespace moretta::app {

namespace {

using Days = std::chrono::days;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<Millis> span_of(std::string_view text) {
  constexpr int count_max = 1'000'000;
  const auto count = text.empty() ? std::nullopt : number(text.substr(0, text.size() - 1));
  if (!count || *count > count_max) {
    return std::nullopt;
  }
  switch (text.back()) {
    case 'm':
      return std::chrono::minutes(*count);
    case 'h':
      return std::chrono::hours(*count);
    case 'd':
      return Days(*count);
    default:
      return std::nullopt;
  }
}

std::optional<WallTime> date_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional<WallTime>(std::chrono::sys_days(date)) : std::nullopt;
}

std::optional<Seconds> time_of_day(std::string_view text) {
  if (text.size() != 9 || text[2] != ':' || text[5] != ':' || text[8] != 'Z') {
    return std::nullopt;
  }
  const auto hours = number(text.substr(0, 2));
  const auto minutes = number(text.substr(3, 2));
  const auto seconds = number(text.substr(6, 2));
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 59) {
    return std::nullopt;
  }
  return Seconds{*hours * 3600 + *minutes * 60 + *seconds};
}

}  // namespace

std::optional<WallTime> parse_moment(std::string_view text, WallTime now) {
  if (const auto ago = span_of(text)) {
    return now - *ago;
  }
  const auto date = date_of(text.substr(0, 10));
  if (!date || text.size() == 10) {
    return date;
  }
  const auto time = text[10] == 'T' ? time_of_day(text.substr(11)) : std::nullopt;
  return time ? std::optional(*date + *time) : std::nullopt;
}

}  // namespace moretta::app
