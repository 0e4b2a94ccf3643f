#include "core/metered.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/lane_world.hpp"

namespace moretta {
namespace {

class Metered : public testing::Test {
 protected:
  void run_lane() {
    Lane lane(0,
              {.source = source,
               .sink = sink,
               .transform = transform,
               .random = world.random,
               .tally = world.tally},
              world.shared(), {.until = Until::empty});
    lane.run({});
  }

  LaneWorld world;
  LaneMeter meter;
  MeteredSource source{world.source, meter, world.clock};
  MeteredSink sink{world.sink, meter, world.clock};
  Transform transform{{.mapping = {{.name = "user_id", .pointer = "/user_id"},
                                   {.name = "masked_ip", .pointer = "/ip"}},
                       .policies = {{.method = mask::Method::keep},
                                    {.method = mask::Method::hmac_sha256, .domain = "ip"}},
                       .key = &world.key,
                       .config_fingerprint = "test",
                       .clock = &world.clock,
                       .times = &meter.transform},
                      world.random};
};

TEST_F(Metered, changes_nothing_of_what_a_lane_does) {
  world.queue.send(good_body("a"));
  world.queue.send("not json");

  run_lane();

  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(world.table.quarantine.size(), 1U);
  EXPECT_EQ(world.queue.depth().total(), 0);
  EXPECT_EQ(meter.reading().phase, Phase::idle);
}

TEST_F(Metered, times_writes_and_the_way_from_sending_to_the_commit) {
  world.queue.send(good_body());
  world.clock.advance(Millis{2000});
  world.sink.before_write = [this] {
    world.clock.advance(Millis{40});
  };

  run_lane();

  const StageTimes times = meter.times();
  EXPECT_EQ(times.write.count, 1);
  EXPECT_EQ(times.write.sum, 40'000'000);
  EXPECT_EQ(times.lag.count, 1);
  EXPECT_EQ(times.lag.sum, 2040);
  EXPECT_EQ(times.turn.count, 1);
  EXPECT_EQ(times.span.count, 1);
  EXPECT_EQ(times.span.sum, 40'000'000);
  EXPECT_EQ(times.settle.count, 1);
}

TEST_F(Metered, says_that_the_lane_holds_while_the_database_is_away) {
  world.queue.send(good_body());
  std::vector<Phase> before_tries;
  world.sink.before_write = [&] {
    if (world.sink.writes_count < 3) {
      throw Unavailable("away");
    }
    // The try itself is a write; what came before it was spent holding.
    before_tries.push_back(meter.phase());
  };

  run_lane();

  const LaneReading reading = meter.reading();
  EXPECT_EQ(meter.times().failed_writes, 2);
  EXPECT_GT(reading.phase_ns[static_cast<std::size_t>(Phase::hold)], 0);
  EXPECT_EQ(before_tries, std::vector{Phase::write});
  EXPECT_EQ(meter.times().write.count, 1) << "tries that failed are no transaction";
  EXPECT_EQ(meter.times().span.count, 0) << "nor is an outage the time of a turn";
}

TEST_F(Metered, has_not_begun_before_the_table_could_be_written) {
  std::vector<bool> begun;
  world.sink.before_open = [&] {
    begun.push_back(meter.has_begun());
    if (begun.size() < 3) {
      throw Unavailable("away");
    }
  };

  run_lane();

  EXPECT_EQ(begun, std::vector(3, false));
  EXPECT_TRUE(meter.has_begun());
}

TEST_F(Metered, counts_the_messages_whose_lease_was_extended) {
  world.queue.send(good_body());
  world.queue.send(good_body("b"));
  int tries = 0;
  world.sink.before_write = [&] {
    if (++tries < 20) {
      throw Unavailable("away");
    }
  };

  run_lane();

  EXPECT_GT(meter.times().held, 0);
  EXPECT_EQ(meter.times().held % 2, 0);
}

TEST_F(Metered, times_the_first_message_and_then_one_in_sixteen) {
  for (int i = 0; i < 33; ++i) {
    world.queue.send(good_body("u" + std::to_string(i)));
  }

  run_lane();

  EXPECT_EQ(meter.times().decode.count, 3);
  EXPECT_EQ(meter.times().mask.count, 3);
}

}  // namespace
}  // namespace moretta
