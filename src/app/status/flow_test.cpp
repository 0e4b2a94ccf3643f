#include "app/status/flow.hpp"

#include <gtest/gtest.h>

#include "app/status/sample_readings.hpp"

namespace moretta::app {
namespace {

// What the sample is ten seconds later.
Readings ten_seconds_later() {
  Readings later = sample_readings();
  later.steady += Seconds{10};
  later.totals.received += 1000;
  later.totals.stored += 990;
  later.totals.quarantined += 10;
  later.totals.rejects[static_cast<std::size_t>(Reason::too_long)] += 10;
  return later;
}

TEST(Flow, gives_rates_of_what_came_between) {
  const Flow flow = flow_between(sample_readings(), ten_seconds_later());

  EXPECT_DOUBLE_EQ(flow.rate, 100);
  EXPECT_DOUBLE_EQ(flow.stored, 99);
  EXPECT_DOUBLE_EQ(flow.rejects, 1);
  EXPECT_DOUBLE_EQ(flow.of(Stage::receive).rate, 100);
}

TEST(Flow, counts_the_phase_under_way_as_time_spent) {
  // One of two lanes is in one write all the time, the other in one long poll.
  const Flow flow = flow_between(sample_readings(), ten_seconds_later());

  EXPECT_DOUBLE_EQ(flow.of(Stage::write).utilisation, 0.5);
  EXPECT_DOUBLE_EQ(flow.wait, 0.5);
  EXPECT_EQ(bottleneck(flow), "") << "a lane that waits for messages is no back-pressure";
}

TEST(Flow, tells_decoding_from_masking_by_the_messages_that_were_timed) {
  const Readings before = sample_readings();
  Readings after = ten_seconds_later();
  after.lanes[0].phase = Phase::prepare;
  after.lanes[0].phase_ns[static_cast<std::size_t>(Phase::prepare)] = 2'000'000'000;
  Histogram decode;
  decode.note(1000);
  Histogram mask;
  mask.note(3000);
  after.times.decode = decode.counts();
  after.times.mask = mask.counts();

  const Flow flow = flow_between(before, after);

  EXPECT_NEAR(flow.of(Stage::mask).utilisation / flow.of(Stage::decode).utilisation, 3, 1e-9);
}

TEST(Flow, names_the_busiest_stage_when_no_lane_waits) {
  const Readings before = sample_readings();
  Readings after = ten_seconds_later();
  after.lanes[1].phase = Phase::write;
  after.lanes[1].since = before.steady;

  EXPECT_EQ(bottleneck(flow_between(before, after)), "write");
}

TEST(Flow, has_quantiles_of_the_time_between_alone) {
  Readings after = ten_seconds_later();
  Histogram write;
  write.note(3'000'000);
  write.note(900'000'000);
  write.note(50'000'000);
  after.times.write = write.counts();

  const Flow flow = flow_between(sample_readings(), after);

  EXPECT_NEAR(flow.of(Stage::write).p99_ms, 50, 12.5);
  EXPECT_DOUBLE_EQ(flow.of(Stage::write).p50_ms, flow.of(Stage::write).p99_ms);
}

}  // namespace
}  // namespace moretta::app
