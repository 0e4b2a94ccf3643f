#include "base/clock.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace moretta {

TEST(ManualClock, stands_still_until_it_is_told) {
  ManualClock clock(WallTime{Millis{1'000}});
  const SteadyTime steady = clock.steady();

  EXPECT_EQ(clock.wall(), WallTime{Millis{1'000}});

  clock.advance(Millis{250});

  EXPECT_EQ(clock.wall(), WallTime{Millis{1'250}});
  EXPECT_EQ(clock.steady() - steady, Millis{250});
}

TEST(ManualClock, moves_on_by_what_is_slept) {
  ManualClock clock(WallTime{Millis{1'000}});
  const std::stop_source stop;

  EXPECT_TRUE(clock.sleep(Millis{500}, stop.get_token()));

  EXPECT_EQ(clock.wall(), WallTime{Millis{1'500}});
}

TEST(ManualClock, does_not_sleep_once_stop_is_requested) {
  ManualClock clock(WallTime{Millis{1'000}});
  std::stop_source stop;
  stop.request_stop();

  EXPECT_FALSE(clock.sleep(Millis{500}, stop.get_token()));

  EXPECT_EQ(clock.wall(), WallTime{Millis{1'000}});
}

// An hour would outlast the test's timeout: that it ends at all is the proof.
TEST(SystemClock, wakes_a_sleeper_when_stop_is_requested) {
  SystemClock clock;
  std::stop_source stop;
  bool slept_in_full = true;
  std::jthread sleeper(
      [&] { slept_in_full = clock.sleep(std::chrono::hours{1}, stop.get_token()); });

  stop.request_stop();
  sleeper.join();

  EXPECT_FALSE(slept_in_full);
}

TEST(SystemClock, returns_at_once_if_stop_was_requested_before) {
  SystemClock clock;
  std::stop_source stop;
  stop.request_stop();

  EXPECT_FALSE(clock.sleep(std::chrono::hours{1}, stop.get_token()));
}

TEST(SystemClock, sleeps_no_less_than_asked) {
  SystemClock clock;
  const std::stop_source stop;
  const SteadyTime before = clock.steady();

  EXPECT_TRUE(clock.sleep(Millis{2}, stop.get_token()));

  EXPECT_GE(clock.steady() - before, Millis{2});
}

TEST(SystemClock, tells_a_time_after_this_was_written) {
  EXPECT_GT(SystemClock().wall(), WallTime{Millis{1'700'000'000'000}});
}

}  // namespace moretta
