#include "app/change/progress_bar.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace moretta::app {

namespace {

constexpr int bar_columns = 24;

}  // namespace

std::string progress_bar(double share) {
  const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * bar_columns);
  std::string text;
  for (int i = 0; i < bar_columns; ++i) {
    text += i < full ? "█" : "░";
  }
  return text;
}

// At a code point; none of those that are used is wider than a column.
std::string fit_line(const std::string& text, int columns) {
  std::size_t end = 0;
  for (int column = 0; end < text.size() && column < columns; ++column) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      ++end;
    }
  }
  return text.substr(0, end);
}

std::string time_left(double seconds) {
  if (seconds >= 3600) {
    return fmt::format("{:.1f} h left", seconds / 3600);
  }
  if (seconds >= 90) {
    return fmt::format("{:.0f} min left", seconds / 60);
  }
  return fmt::format("{:.0f} s left", seconds);
}

std::string work_line(const WorkDone& work) {
  const std::int64_t total = std::max({work.total, work.done, std::int64_t{1}});
  const double share = static_cast<double>(work.done) / static_cast<double>(total);
  std::string text =
      fmt::format("{} {:3.0f} %  {} of {}", progress_bar(share), 100 * share, work.done, total);
  const double rate = work.seconds > 0 ? static_cast<double>(work.done) / work.seconds : 0;
  if (rate > 0) {
    text += fmt::format("  {:.0f}/s  {}", rate,
                        time_left(static_cast<double>(total - work.done) / rate));
  }
  return text;
}

}  // namespace moretta::app
