#include "core/traced.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "core/passing_source.hpp"
#include "support/lane_world.hpp"

namespace moretta {
namespace {

// Gives every message the same trace, as a sender would.
class SenderOfTraces final : public PassingSource {
 public:
  using PassingSource::PassingSource;

  std::vector<Message> receive(const Ask& ask) override {
    std::vector<Message> messages = PassingSource::receive(ask);
    for (Message& message : messages) {
      message.trace_header = header;
    }
    return messages;
  }

  std::string header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
};

class Traced : public testing::Test {
 protected:
  std::vector<TracedTurn> turns_of_lane() {
    {
      LaneTracer tracer(3, log, world.clock, times);
      TracedSource source(sender, tracer);
      TracedSink sink(world.sink, tracer);
      Lane lane(3,
                {.source = source,
                 .sink = sink,
                 .transform = world.transform,
                 .random = world.random,
                 .tally = world.tally},
                world.shared(), {.until = Until::empty});
      lane.run({});
    }
    return log.take().turns;
  }

  LaneWorld world;
  SenderOfTraces sender{world.source};
  TraceLog log;
  TransformTimes times;
};

TEST_F(Traced, writes_down_each_step_of_a_turn_and_what_came_of_its_messages) {
  world.queue.send(good_body("a"));
  world.queue.send("not json");
  world.sink.before_write = [this] {
    world.clock.advance(Millis{40});
  };
  const SteadyTime begin = world.clock.steady();

  const std::vector<TracedTurn> turns = turns_of_lane();

  ASSERT_EQ(turns.size(), 1U);
  const TracedTurn& turn = turns[0];
  EXPECT_EQ(turn.lane, 3);
  EXPECT_EQ(turn.messages, 2U);
  EXPECT_EQ(turn.outcomes, (std::array<std::size_t, 4>{1, 0, 1, 0}));
  const SteadyTime written = begin + Millis{40};
  EXPECT_EQ(turn.end, written);
  const std::vector<TracedStep> steps = {
      {.step = TraceStep::decode, .begin = begin, .end = begin},
      {.step = TraceStep::mask, .begin = begin, .end = begin},
      {.step = TraceStep::write, .begin = begin, .end = written},
      {.step = TraceStep::settle, .begin = written, .end = written}};
  // A long poll waits; what it waits for is no part of the turn.
  EXPECT_EQ(turn.steps, steps);
  EXPECT_EQ(turn.begin, begin);
}

TEST_F(Traced, names_the_traces_that_its_messages_belong_to_if_they_are_sampled) {
  const std::string id = world.queue.send(good_body());
  const std::vector<TracedTurn> sampled = turns_of_lane();
  sender.header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";
  world.queue.send(good_body());
  const std::vector<TracedTurn> unsampled = turns_of_lane();

  ASSERT_EQ(sampled.at(0).links.size(), 1U);
  EXPECT_EQ(sampled[0].links[0].message_id, id);
  EXPECT_EQ(sampled[0].links[0].context.trace_id, "5759e988bd862e3fe1be46a994272793");
  EXPECT_TRUE(unsampled.at(0).links.empty());
}

TEST_F(Traced, keeps_no_more_links_than_it_may) {
  for (std::size_t i = 0; i < TracedTurn::links_max + 5; ++i) {
    world.queue.send(good_body());
  }

  std::size_t links = 0;
  std::size_t all = 0;
  for (const TracedTurn& turn : turns_of_lane()) {
    EXPECT_LE(turn.links.size(), TracedTurn::links_max);
    links += turn.links.size() + turn.links_left_out;
    all += turn.messages;
  }
  EXPECT_EQ(links, all);
  EXPECT_EQ(all, TracedTurn::links_max + 5);
}

TEST_F(Traced, shows_every_try_of_a_write) {
  world.queue.send(good_body());
  world.sink.before_write = [this] {
    if (world.sink.writes_count < 3) {
      throw Unavailable("away");
    }
  };

  const std::vector<TracedTurn> turns = turns_of_lane();

  std::vector<std::pair<TraceStep, bool>> steps;
  for (const TracedStep& step : turns.at(0).steps) {
    steps.emplace_back(step.step, step.failed);
  }
  const std::vector<std::pair<TraceStep, bool>> want = {
      {TraceStep::decode, false}, {TraceStep::mask, false},  {TraceStep::write, true},
      {TraceStep::write, true},   {TraceStep::write, false}, {TraceStep::settle, false}};
  EXPECT_EQ(steps, want);
}

TEST_F(Traced, lets_a_rejected_message_be_found_by_its_trace_in_the_log) {
  world.queue.send("not json");

  turns_of_lane();

  EXPECT_NE(world.log_text.find(R"("trace_id":"5759e988bd862e3fe1be46a994272793")"),
            std::string::npos)
      << world.log_text;
}

TEST(TraceLog, counts_the_turns_for_which_there_is_no_room) {
  TraceLog log;
  for (std::size_t i = 0; i < TraceLog::turns_max + 7; ++i) {
    log.add({});
  }

  const TraceLog::Taken taken = log.take();

  EXPECT_EQ(taken.turns.size(), TraceLog::turns_max);
  EXPECT_EQ(taken.left_out, 7U);
  EXPECT_TRUE(log.take().turns.empty());
}

}  // namespace
}  // namespace moretta
