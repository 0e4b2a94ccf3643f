#include "base/log_limit.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"

namespace moretta {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

int lines_of(const std::string& text) {
  return static_cast<int>(std::ranges::count(text, '\n'));
}

TEST(LogLimit, says_the_first_of_a_window_and_counts_the_rest_with_the_next) {
  LogLimit limit;
  const SteadyTime start{Seconds{1000}};
  int said = 0;
  for (int i = 0; i < 500; ++i) {
    said += limit.admit("rejected", start + Millis{i}).is_said ? 1 : 0;
  }

  const LogLimit::Verdict other = limit.admit("unsettled", start);
  const LogLimit::Verdict later = limit.admit("rejected", start + log_window);
  const LogLimit::Verdict after = limit.admit("rejected", start + log_window);

  EXPECT_EQ(said, log_lines_max);
  EXPECT_TRUE(other.is_said) << "each event has a window of its own";
  EXPECT_TRUE(later.is_said);
  EXPECT_EQ(later.suppressed, 500 - log_lines_max);
  EXPECT_EQ(after.suppressed, 0) << "told once";
}

TEST(LogLimit, holds_for_a_log_that_was_given_a_clock) {
  ManualClock clock;
  std::string text;
  {
    Log log(LogFormat::json, LogLevel::info);
    log.capture(&text);
    log.limit(clock);
    for (int i = 0; i < 25; ++i) {
      log.warn("rejected", {{"lane", 1}});
    }
    EXPECT_EQ(lines_of(text), log_lines_max);
    EXPECT_THAT(text, Not(HasSubstr("suppressed")));

    clock.advance(log_window);
    log.warn("rejected", {{"lane", 1}});
    EXPECT_THAT(text, HasSubstr(R"("lane":1,"suppressed":15)"));

    for (int i = 0; i < 12; ++i) {
      log.warn("rejected", {{"lane", 1}});
    }
  }
  EXPECT_THAT(text, HasSubstr(R"("event":"log_suppressed","of":"rejected","suppressed":3)"));
}

TEST(LogLimit, leaves_a_log_without_a_clock_and_what_is_asked_for_alone) {
  ManualClock clock;
  std::string text;
  Log log(LogFormat::json, LogLevel::debug);
  log.capture(&text);
  for (int i = 0; i < 25; ++i) {
    log.warn("rejected");
  }
  log.limit(clock);
  for (int i = 0; i < 25; ++i) {
    log.debug("detail");
  }

  EXPECT_EQ(lines_of(text), 50);
}

}  // namespace
}  // namespace moretta
