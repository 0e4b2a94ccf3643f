#include "app/status/observer.hpp"

#include <atomic>

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
                    clock);

  until([&] { return observer.history(WallTime{}).size() == Observer::moments_max; });
  const std::vector<Moment> all = observer.history(WallTime{});

  EXPECT_GT(all.back().flow.rate, 0);
  EXPECT_LT(observer.history(all.back().at - Seconds{60}).size(), Observer::moments_max);
}

TEST(Observer, adds_the_last_known_depth_to_what_it_reads) {
  LockedClock clock;
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
                    clock);

  until([&] { return observer.readings().depth.has_value(); });

  EXPECT_EQ(observer.readings().depth->visible, 7);
}

}  // namespace
}  // namespace moretta::app
