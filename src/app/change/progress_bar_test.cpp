#include "app/change/progress_bar.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "app/change/rewrap_report.hpp"

namespace moretta::app {
namespace {

TEST(FitLine, cuts_at_a_whole_character) {
  EXPECT_EQ(fit_line("██░ 60 %", 2), "██");
  EXPECT_EQ(fit_line("██░ 60 %", 5), "██░ 6");
  EXPECT_EQ(fit_line("short", 80), "short");
}

TEST(ProgressBar, shows_share_counts_rate_and_time_left) {
  EXPECT_EQ(work_line({.done = 100, .total = 400, .seconds = 2}),
            "██████░░░░░░░░░░░░░░░░░░  25 %  100 of 400  50/s  6 s left");
  EXPECT_EQ(work_line({}), "░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0 of 1");
  EXPECT_EQ(work_line({.done = 5, .total = 4, .seconds = 1}),
            "████████████████████████ 100 %  5 of 5  5/s  0 s left")
      << "more than was estimated";
}

TEST(ProgressBar, is_redrawn_in_place_on_a_terminal_and_a_line_now_and_then_elsewhere) {
  ManualClock clock;
  std::ostringstream terminal;
  std::ostringstream file;
  RewrapProgress in_place(clock, terminal, RewrapProgress::Style::in_place);
  RewrapProgress lines(clock, file, RewrapProgress::Style::lines);
  for (std::size_t done = 0; done <= 4; ++done) {
    in_place.step({.what = "tokens", .done = done, .total = 4});
    lines.step({.what = "tokens", .done = done, .total = 4});
    clock.advance(Millis{500});
  }

  EXPECT_NE(terminal.str().find("\r\033[Ktokens  ████████████░░░░░░░░░░░░  50 %  2 of 4  2/s"),
            std::string::npos)
      << terminal.str();
  EXPECT_TRUE(terminal.str().ends_with("100 %  4 of 4  2/s  0 s left\n"));
  EXPECT_EQ(file.str(), "tokens: 4 of 4, 2/s, 0 s left\n");
}

}  // namespace
}  // namespace moretta::app
