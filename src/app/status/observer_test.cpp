#include "app/status/observer.hpp"

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/status/sample_readings.hpp"
#include "support/locked_clock.hpp"

namespace moretta::app {
namespace {

// Waits for what another thread will bring about.
void until(const std::function<bool()>& holds) {
  SystemClock clock;
  for (int tries = 0; tries < 6000 && !holds(); ++tries) {
    clock.sleep(Millis{5}, {});
  }
  ASSERT_TRUE(holds());
}

TEST(Observer, remembers_no_more_than_an_hour) {
  LockedClock clock;  // sleeping moves it: an hour is over at once
  Heartbeats heartbeats(clock);
  std::atomic<std::int64_t> received = 0;
  Observer observer(sample_facts(),
                    {.readings =
                         [&] {
                           Readings readings = sample_readings();
                           readings.totals.received = received += 10;
                           readings.totals.stored = readings.totals.received;
                           readings.wall = clock.wall();
                           readings.steady = clock.steady();
                           return readings;
                         },
                     .depth =
                         [] {
                           return Depth{.visible = 7};
                         }},
                    heartbeats);

  until([&] { return observer.history(WallTime{}).size() == Observer::moments_max; });
  const std::vector<Moment> all = observer.history(WallTime{});

  EXPECT_GT(all.back().flow.rate, 0);
  EXPECT_LT(observer.history(all.back().at - Seconds{60}).size(), Observer::moments_max);
}

TEST(Observer, adds_the_last_known_depth_to_what_it_reads) {
  LockedClock clock;
  Heartbeats heartbeats(clock);
  Observer observer(sample_facts(),
                    {.readings =
                         [&] {
                           Readings readings;
                           readings.steady = clock.steady();
                           return readings;
                         },
                     .depth =
                         [] {
                           return Depth{.visible = 7};
                         }},
                    heartbeats);

  until([&] { return observer.readings().depth.has_value(); });

  EXPECT_EQ(observer.readings().depth->visible, 7);
}

TEST(Observer, stands_still_if_the_queue_never_says_its_depth) {
  LockedClock clock;  // the watch over the figures moves it
  Heartbeats heartbeats(clock);
  std::promise<void> answer;
  const std::shared_future<void> answered = answer.get_future().share();
  const Observer observer(sample_facts(),
                          {.readings =
                               [&] {
                                 Readings readings;
                                 readings.steady = clock.steady();
                                 readings.longest_round = heartbeats.longest_round();
                                 return readings;
                               },
                           .depth = [&]() -> std::optional<Depth> {
                             answered.wait();
                             return std::nullopt;
                           }},
                          heartbeats);

  until([&] { return state_of(observer.readings()) == State::stalled; });
  const std::string said = state_text(observer.readings());
  answer.set_value();

  EXPECT_THAT(said, testing::StartsWith("stalled: the watch over the queue's depth has not moved"));
}

}  // namespace
}  // namespace moretta::app
