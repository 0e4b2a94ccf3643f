#include "app/moment.hpp"

#include <gtest/gtest.h>

namespace moretta::app {
namespace {

using std::chrono::sys_days;
using std::chrono::year;
using namespace std::chrono_literals;

constexpr WallTime now = sys_days(year(2026) / 3 / 10) + 12h;

TEST(Moment, takes_dates_times_and_how_long_ago) {
  const std::pair<std::string_view, WallTime> cases[] = {
      {"2026-01-31", sys_days(year(2026) / 1 / 31)},
      {"2026-01-31T23:59:58Z", sys_days(year(2026) / 1 / 31) + 23h + 59min + 58s},
      {"30m", now - 30min},
      {"12h", sys_days(year(2026) / 3 / 10)},
      {"7d", now - std::chrono::days(7)},
      {"0d", now},
  };

  for (const auto& [text, want] : cases) {
    EXPECT_EQ(parse_moment(text, now), want) << text;
  }
}

TEST(Moment, takes_nothing_else) {
  for (const std::string_view text :
       {"", "d", "-1d", "7", "7w", "1000001d", "2026-02-30", "2026-1-31", "2026-01-31T", "26-01-31",
        "2026-01-31 10:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T10:00:00", "yesterday",
        "2026-01-31T10:00:00+01:00"}) {
    EXPECT_EQ(parse_moment(text, now), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace moretta::app
