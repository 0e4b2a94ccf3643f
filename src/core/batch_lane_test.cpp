#include "core/batch_lane.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/lane_world.hpp"

namespace moretta {
namespace {

struct BatchWorld : LaneWorld {
  std::vector<Message> messages(int count) {
    for (int i = 0; i < count; ++i) {
      queue.send(good_body("user-" + std::to_string(i)));
    }
    std::vector<Message> all;
    for (std::size_t before = 1; before != all.size();) {
      before = all.size();
      std::ranges::move(source.receive({.requests = 1}), std::back_inserter(all));
    }
    return all;
  }

  BatchLane batch_lane(const BatchSettings& settings = {}) {
    return {{.sink = sink,
             .transform = transform,
             .random = random,
             .tally = tally,
             .clock = clock,
             .log = log,
             .database_outage = database_outage},
            settings};
  }

  [[nodiscard]] SteadyTime in(Millis time) const { return clock.steady() + time; }
};

auto count(const BatchResult& result, Outcome outcome) {
  return std::ranges::count(result.outcomes, outcome);
}

TEST(BatchLane, stores_a_batch_turn_by_turn) {
  BatchWorld world;
  auto messages = world.messages(25);

  const BatchResult result =
      world.batch_lane({.turn_rows_max = 10}).run(messages, world.in(Seconds{30}));

  EXPECT_EQ(count(result, Outcome::stored), 25);
  EXPECT_EQ(world.sink.writes_count, 3);
  EXPECT_EQ(world.table.rows.size(), 25U);
  EXPECT_EQ(world.tally.totals().received, 25);
  EXPECT_EQ(world.tally.totals().in_flight(), 0);
}

TEST(BatchLane, returns_what_there_is_no_time_for) {
  BatchWorld world;
  auto messages = world.messages(30);
  world.sink.before_write = [&] {
    world.clock.advance(Seconds{10});
  };

  const BatchResult result =
      world.batch_lane({.turn_rows_max = 10}).run(messages, world.in(Seconds{15}));

  EXPECT_EQ(count(result, Outcome::stored), 20);
  EXPECT_EQ(count(result, Outcome::returned), 10);
  EXPECT_EQ(result.outcomes.back(), Outcome::returned);
  EXPECT_EQ(world.table.rows.size(), 20U);
}

TEST(BatchLane, stores_nothing_once_its_time_is_up) {
  BatchWorld world;
  auto messages = world.messages(3);

  const BatchResult result = world.batch_lane().run(messages, world.in(Millis{0}));

  EXPECT_EQ(count(result, Outcome::returned), 3);
  EXPECT_EQ(world.sink.writes_count, 0);
}

TEST(BatchLane, waits_through_an_outage_that_is_shorter_than_its_time) {
  BatchWorld world;
  auto messages = world.messages(3);
  const SteadyTime back_at = world.in(Seconds{8});
  world.sink.before_write = [&] {
    if (world.clock.steady() < back_at) {
      throw Unavailable("database away");
    }
  };

  const BatchResult result = world.batch_lane().run(messages, world.in(Seconds{60}));

  EXPECT_EQ(count(result, Outcome::stored), 3);
  EXPECT_FALSE(result.refused);
}

TEST(BatchLane, returns_all_in_time_when_the_database_stays_away) {
  BatchWorld world;
  auto messages = world.messages(3);
  const SteadyTime until = world.in(Seconds{20});
  world.sink.before_open = [] {
    throw Unavailable("database away");
  };

  const BatchResult result = world.batch_lane().run(messages, until);

  EXPECT_EQ(count(result, Outcome::returned), 3);
  EXPECT_FALSE(result.refused);
  EXPECT_EQ(world.clock.steady(), until);
  EXPECT_EQ(world.tally.totals().returned, 3);
}

TEST(BatchLane, counts_a_commit_in_doubt_as_not_made_and_finds_it_the_next_time) {
  BatchWorld world;
  auto messages = world.messages(3);
  const SteadyTime until = world.in(Seconds{5});
  class LosesTheAnswer final : public Sink {
   public:
    explicit LosesTheAnswer(Sink& sink, ManualClock& clock) : sink_(sink), clock_(clock) {}
    void open() override { sink_.open(); }
    Fates write(const Writes& writes) override {
      Fates fates = sink_.write(writes);
      if (loses) {
        clock_.advance(Seconds{10});
        throw Unavailable("no answer in time");
      }
      return fates;
    }
    bool loses = true;

   private:
    Sink& sink_;
    ManualClock& clock_;
  } sink(world.table_sink, world.clock);
  BatchLane doubtful({.sink = sink,
                      .transform = world.transform,
                      .random = world.random,
                      .tally = world.tally,
                      .clock = world.clock,
                      .log = world.log,
                      .database_outage = world.database_outage},
                     {});

  const BatchResult first = doubtful.run(messages, until);
  sink.loses = false;
  const BatchResult second = doubtful.run(messages, world.in(Seconds{5}));

  EXPECT_EQ(count(first, Outcome::returned), 3);
  EXPECT_EQ(count(second, Outcome::duplicate), 3);
  EXPECT_EQ(world.table.rows.size(), 3U);
}

TEST(BatchLane, keeps_what_is_stored_when_the_rest_is_refused_for_good) {
  BatchWorld world;
  auto messages = world.messages(20);
  world.sink.before_write = [&] {
    if (world.sink.writes_count == 2) {
      throw Refused("no right to insert", "grant it");
    }
  };

  const BatchResult result =
      world.batch_lane({.turn_rows_max = 10}).run(messages, world.in(Seconds{30}));

  ASSERT_TRUE(result.refused);
  EXPECT_EQ(result.refused->hint(), "grant it");
  EXPECT_EQ(count(result, Outcome::stored), 10);
  EXPECT_EQ(count(result, Outcome::returned), 10);
}

TEST(BatchLane, opens_the_sink_again_after_a_refusal) {
  BatchWorld world;
  auto messages = world.messages(1);
  int opens = 0;
  world.sink.before_open = [&] {
    if (++opens == 1) {
      throw Refused("wrong key", "set the right one");
    }
  };
  auto lane = world.batch_lane();

  const BatchResult first = lane.run(messages, world.in(Seconds{30}));
  const BatchResult second = lane.run(messages, world.in(Seconds{30}));
  const BatchResult third = lane.run(messages, world.in(Seconds{30}));

  EXPECT_TRUE(first.refused);
  EXPECT_EQ(count(second, Outcome::stored), 1);
  EXPECT_EQ(count(third, Outcome::duplicate), 1);
  EXPECT_EQ(opens, 2);
}

}  // namespace
}  // namespace moretta
