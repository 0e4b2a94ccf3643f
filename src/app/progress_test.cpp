#include "app/progress.hpp"

#include <gtest/gtest.h>

namespace moretta::app {
namespace {

TEST(Progress, shows_share_rate_and_time_left) {
  const ProgressState state{.totals = {.received = 500, .stored = 499, .quarantined = 1},
                            .depth = Depth{.visible = 500},
                            .rate = 100};

  EXPECT_EQ(progress_line(state, 200),
            "████████████░░░░░░░░░░░░  50 %  500 of 1 000  100/s  5 s left  1 quarantined");
}

TEST(Progress, names_what_did_not_become_a_row_of_its_own) {
  ProgressState state{.totals = {.received = 9, .stored = 5, .duplicate = 3, .quarantined = 1}};
  EXPECT_EQ(progress_line(state, 200), "9 done  0/s  3 duplicate  1 quarantined");

  state.totals.conflicts = 2;
  EXPECT_EQ(progress_line(state, 200), "9 done  0/s  3 duplicate  2 conflicts  1 quarantined");
}

TEST(Progress, does_not_count_what_was_done_since_the_queue_was_asked) {
  const ProgressState state{.totals = {.received = 100, .stored = 100},
                            .depth = Depth{.visible = 100},
                            .done_since_depth = 100};

  EXPECT_NE(progress_line(state, 200).find("100 %  100 of 100"), std::string::npos);
}

TEST(Progress, says_what_it_waits_for) {
  const ProgressState state{.totals = {.received = 10, .stored = 5},
                            .depth = Depth{.in_flight = 5},
                            .waiting_for = "database"};

  EXPECT_NE(progress_line(state, 200).find("waiting for the database"), std::string::npos);
}

TEST(Progress, counts_alone_while_the_depth_is_unknown) {
  const ProgressState state{.totals = {.received = 10, .stored = 10}, .rate = 3};

  EXPECT_EQ(progress_line(state, 200), "10 done  3/s");
}

TEST(Progress, never_wraps) {
  const ProgressState state{.totals = {.received = 10, .stored = 10}, .depth = Depth{}};

  EXPECT_EQ(progress_line(state, 3), "███");
}

TEST(Rate, follows_what_happens_lately) {
  Rate rate;
  const SteadyTime start{};
  rate.learn(0, start);

  EXPECT_DOUBLE_EQ(rate.learn(100, start + Seconds{1}), 100);
  EXPECT_DOUBLE_EQ(rate.learn(400, start + Seconds{2}), 200);
}

}  // namespace
}  // namespace moretta::app
