#include "core/lane_meter.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

std::int64_t spent(const LaneReading& reading, Phase phase) {
  return reading.phase_ns[static_cast<std::size_t>(phase)];
}

TEST(LaneMeter, gives_each_phase_the_time_until_the_next_begins) {
  LaneMeter meter;
  const SteadyTime start{Seconds{100}};
  meter.enter(Phase::receive, start);
  meter.enter(Phase::prepare, start + Millis{3});

  const auto took = meter.enter(Phase::write, start + Millis{8});

  EXPECT_EQ(took, Millis{5});
  const LaneReading reading = meter.reading();
  EXPECT_EQ(spent(reading, Phase::receive), 3'000'000);
  EXPECT_EQ(spent(reading, Phase::prepare), 5'000'000);
  EXPECT_EQ(spent(reading, Phase::idle), 0) << "before the first phase there was none";
  EXPECT_EQ(reading.phase, Phase::write);
  EXPECT_EQ(reading.since, start + Millis{8});
}

TEST(LaneMeter, shows_the_turn_under_way_and_nothing_after_it) {
  LaneMeter meter;
  meter.turn_began(7, WallTime{Millis{1'700'000'000'000}}, {});

  const LaneReading during = meter.reading();
  meter.turn_ended({});

  EXPECT_EQ(during.messages, 7);
  EXPECT_EQ(during.oldest, WallTime{Millis{1'700'000'000'000}});
  EXPECT_EQ(meter.reading().messages, 0);
  EXPECT_EQ(meter.reading().oldest, std::nullopt);
  EXPECT_EQ(meter.times().turn.count, 1);
}

}  // namespace
}  // namespace moretta
