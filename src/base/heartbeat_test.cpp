#include "base/heartbeat.hpp"

#include <condition_variable>
#include <thread>

#include <gtest/gtest.h>

#include "support/locked_clock.hpp"

namespace moretta {
namespace {

TEST(Heartbeats, tell_of_the_loop_that_is_longest_at_work) {
  LockedClock clock;
  Heartbeats all(clock);
  EXPECT_EQ(all.longest_round().loop, "");

  const Heartbeat first(all, "first");
  clock.advance(Seconds{5});
  const Heartbeat second(all, "second");
  clock.advance(Seconds{2});

  EXPECT_EQ(all.longest_round().loop, "first");
  EXPECT_EQ(all.longest_round().time, Seconds{7});
}

TEST(Heartbeats, count_no_rest_and_begin_anew_after_it) {
  LockedClock clock;
  Heartbeats all(clock);
  Heartbeat loop(all, "loop");

  const bool had_rest = loop.rest([&] {
    clock.advance(Seconds{3600});
    EXPECT_EQ(all.longest_round().time, Seconds{0});
    return true;
  });
  EXPECT_TRUE(had_rest);
  EXPECT_EQ(all.longest_round().time, Seconds{0});

  clock.advance(Seconds{1});
  EXPECT_EQ(all.longest_round().time, Seconds{1});
}

TEST(Heartbeats, forget_a_loop_that_has_ended) {
  LockedClock clock;
  Heartbeats all(clock);
  {
    const Heartbeat loop(all, "loop");
    clock.advance(Seconds{1});
  }

  EXPECT_EQ(all.longest_round().loop, "");
}

TEST(Heartbeat, sleeps_as_the_clock_does) {
  LockedClock clock;
  Heartbeats all(clock);
  Heartbeat loop(all, "loop");
  std::stop_source stop;
  const SteadyTime before = clock.steady();

  EXPECT_TRUE(loop.sleep(Millis{1500}, stop.get_token()));
  EXPECT_EQ(clock.steady() - before, Millis{1500});
  stop.request_stop();
  EXPECT_FALSE(loop.sleep(Millis{1500}, stop.get_token()));
}

TEST(Heartbeats, are_read_while_loops_come_and_go) {
  LockedClock clock;
  Heartbeats all(clock);
  constexpr int loop_count = 4;
  std::vector<std::jthread> loops;
  loops.reserve(loop_count);
  for (int i = 0; i < loop_count; ++i) {
    loops.emplace_back([&all](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        Heartbeat loop(all, "loop");
        loop.sleep(Millis{1}, stop);
      }
    });
  }

  for (int reads = 0; reads < 2000; ++reads) {
    EXPECT_LT(all.longest_round().time, Seconds{3600});
  }
}

}  // namespace
}  // namespace moretta
