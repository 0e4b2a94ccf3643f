#include "core/lane.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "core/passing_source.hpp"
#include "support/lane_world.hpp"

namespace moretta {
namespace {

int occurrences(const std::string& text, std::string_view word) {
  int count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

// Somebody wants an end just when messages have come.
class StoppingSource final : public PassingSource {
 public:
  StoppingSource(Source& source, std::stop_source& stop) : PassingSource(source), stop_(stop) {}

  std::vector<Message> receive(const Ask& ask) override {
    std::vector<Message> messages = PassingSource::receive(ask);
    stop_.request_stop();
    return messages;
  }

 private:
  std::stop_source& stop_;
};

TEST(Lane, drains_the_queue_into_the_table) {
  LaneWorld world;
  for (int i = 0; i < 137; ++i) {
    world.queue.send(good_body("user-" + std::to_string(i)));
  }

  world.lane().run({});

  EXPECT_EQ(world.table.rows.size(), 137U);
  EXPECT_EQ(world.queue.depth().total(), 0);
  const Totals totals = world.tally.totals();
  EXPECT_EQ(totals.received, 137);
  EXPECT_EQ(totals.stored, 137);
  EXPECT_EQ(totals.in_flight(), 0);
}

TEST(Lane, waits_for_the_database_before_it_takes_a_message) {
  LaneWorld world;
  const std::string id = world.queue.send(good_body());
  int refusals = 3;
  world.sink.before_open = [&] {
    if (refusals-- > 0) {
      EXPECT_EQ(world.queue.receive_count(id), 0);
      throw Unavailable("no database yet");
    }
  };

  world.lane().run({});

  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(occurrences(world.log_text, R"("event":"unavailable")"), 1) << world.log_text;
  EXPECT_EQ(occurrences(world.log_text, R"("event":"recovered")"), 1) << world.log_text;
}

TEST(Lane, holds_messages_through_an_outage_of_many_leases_at_one_receive) {
  LaneWorld world;
  const std::string id = world.queue.send(good_body());
  const SteadyTime back_at = world.clock.steady() + std::chrono::minutes{10};
  int receive_count = 0;
  world.sink.before_write = [&] {
    receive_count = world.queue.receive_count(id);
    if (world.clock.steady() < back_at) {
      EXPECT_EQ(world.queue.depth().visible, 0);
      throw Unavailable("database away");
    }
  };

  world.lane().run({});

  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(receive_count, 1);
  EXPECT_EQ(occurrences(world.log_text, R"("event":"unavailable")"), 1) << world.log_text;
}

TEST(Lane, keeps_its_leases_while_the_database_takes_its_time) {
  LaneWorld world;
  const std::string id = world.queue.send(good_body());
  Lane lane = world.lane();
  world.sink.before_write = [&] {
    for (int second = 0; second < 200; ++second) {  // of many leases
      world.clock.advance(Seconds{1});
      lane.while_waiting();
      EXPECT_EQ(world.queue.depth().visible, 0);
    }
    EXPECT_EQ(world.queue.receive_count(id), 1);
  };

  lane.run({});

  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(world.queue.depth().total(), 0);
}

TEST(Lane, gives_back_what_the_database_does_not_answer_for_once_it_is_stopped) {
  LaneWorld world;
  world.queue.send(good_body());
  std::stop_source stop;
  Lane lane = world.lane({.until = Until::stopped, .stop_grace = Seconds{5}});
  int seconds_to_stop = 0;
  world.sink.before_write = [&] {
    stop.request_stop();
    for (; seconds_to_stop < 100; ++seconds_to_stop) {
      world.clock.advance(Seconds{1});
      lane.while_waiting();
    }
  };

  lane.run(stop.get_token());

  EXPECT_EQ(seconds_to_stop, 5);
  world.clock.advance(Seconds{30});  // after which it comes again
  EXPECT_EQ(world.queue.depth().visible, 1);
  EXPECT_EQ(world.tally.totals().returned, 1);
}

TEST(Lane, stores_once_when_the_commit_was_in_doubt) {
  LaneWorld world;
  world.queue.send(good_body());
  bool lost = false;
  class LosesTheAnswer final : public Sink {
   public:
    LosesTheAnswer(Sink& sink, bool& lost) : sink_(sink), lost_(lost) {}
    void open() override { sink_.open(); }
    Fates write(const Writes& writes) override {
      Fates fates = sink_.write(writes);
      if (!std::exchange(lost_, true)) {
        throw Unavailable("connection lost during commit");
      }
      return fates;
    }

   private:
    Sink& sink_;
    bool& lost_;
  } sink(world.table_sink, lost);
  Lane lane(0,
            {.source = world.source,
             .sink = sink,
             .transform = world.transform,
             .random = world.random,
             .tally = world.tally},
            world.shared(), {.until = Until::empty});

  lane.run({});

  EXPECT_TRUE(lost);
  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(world.tally.totals().duplicate, 1);
}

TEST(Lane, gives_everything_back_with_a_delay_when_stopped_in_an_outage) {
  LaneWorld world;
  world.queue.send(good_body());
  std::stop_source stop;
  world.sink.before_write = [&] {
    stop.request_stop();
    throw Unavailable("database away");
  };

  world.lane().run(stop.get_token());

  EXPECT_EQ(world.queue.depth().visible, 0);
  world.clock.advance(Seconds{30});
  EXPECT_EQ(world.queue.depth().visible, 1);
  EXPECT_EQ(world.tally.totals().returned, 1);
  EXPECT_EQ(world.tally.totals().in_flight(), 0);
  EXPECT_EQ(occurrences(world.log_text, "recovered"), 0) << world.log_text;
}

TEST(Lane, finishes_the_turn_when_stopped_in_the_middle_of_it) {
  LaneWorld world;
  world.queue.send(good_body());
  std::stop_source stop;
  world.sink.before_write = [&] {
    stop.request_stop();
  };

  world.lane({.until = Until::stopped}).run(stop.get_token());

  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(world.queue.depth().total(), 0);
}

TEST(Lane, finishes_the_turn_when_stopped_before_it_has_decoded_anything) {
  LaneWorld world;
  world.queue.send(good_body());
  std::stop_source stop;
  StoppingSource source(world.source, stop);

  world.lane_on(source, {.until = Until::stopped}).run(stop.get_token());

  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(world.queue.depth().total(), 0);
}

TEST(Lane, gives_everything_back_and_says_so_when_the_table_refuses_for_good) {
  LaneWorld world;
  world.queue.send(good_body());
  world.sink.before_write = [] {
    throw Refused("no table user_logins", "create it");
  };

  EXPECT_THROW(world.lane().run({}), Refused);

  world.clock.advance(Seconds{30});
  EXPECT_EQ(world.queue.depth().visible, 1);
  EXPECT_EQ(world.tally.totals().returned, 1);
}

TEST(Lane, leaves_rejects_to_the_redrive_policy_when_told_to) {
  LaneWorld world;
  world.queue.send("[]");
  world.queue.send(good_body());

  world.lane({.until = Until::empty, .rules = {.on_reject = OnReject::leave}}).run({});

  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_TRUE(world.table.quarantine.empty());
  EXPECT_EQ(world.queue.depth().total(), 1);
  const Totals totals = world.tally.totals();
  EXPECT_GE(totals.returned, 1);
  EXPECT_EQ(totals.in_flight(), 0);
}

TEST(Lane, does_not_wait_for_what_another_lane_left) {
  LaneWorld world;
  sim::SimQueue queue({.lease = Seconds{90}}, world.clock);  // longer than it takes to make sure
  queue.send("[]");
  std::stop_source stop;
  int polls = 0;
  sim::SimSource source(queue, nullptr, world.clock, [&] {
    for (const Message& taken : queue.receive(1)) {
      world.left.leave(taken.id, world.clock.steady() + Seconds{90});
    }
    if (++polls == 1'000) {
      stop.request_stop();
    }
  });

  world.lane_on(source, {.until = Until::empty, .rules = {.on_reject = OnReject::leave}})
      .run(stop.get_token());

  EXPECT_FALSE(stop.stop_requested());
  EXPECT_EQ(world.tally.totals().received, 0);
  EXPECT_EQ(queue.depth().total(), 1);
}

TEST(Lane, waits_for_what_others_hold_when_what_it_left_is_gone) {
  LaneWorld world;
  sim::SimQueue queue({.lease = Seconds{30}, .receives_max = 1}, world.clock);
  queue.send("[]");
  bool is_held_elsewhere = false;
  sim::SimSource source(queue, nullptr, world.clock, [&] {
    if (!queue.dead().empty() && !std::exchange(is_held_elsewhere, true)) {
      queue.send(good_body());
      queue.receive(1);
    }
  });

  world.lane_on(source, {.until = Until::empty, .rules = {.on_reject = OnReject::leave}}).run({});

  EXPECT_TRUE(is_held_elsewhere);
  EXPECT_EQ(queue.depth().total(), 0);
}

TEST(Lane, takes_nothing_while_another_lane_cannot_write_and_it_could_not_either) {
  LaneWorld world;
  const std::string id = world.queue.send(good_body());
  OutageSpell of_another(world.database_outage);
  int opened = 0;
  world.sink.before_open = [&] {
    if (++opened == 1) {
      of_another.begin("database away");
    } else if (opened < 5) {
      EXPECT_EQ(world.queue.receive_count(id), 0);
      throw Unavailable("database away");
    } else {
      of_another.over();
    }
  };

  world.lane().run({});

  EXPECT_EQ(opened, 5);
  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(occurrences(world.log_text, R"("event":"unavailable")"), 1) << world.log_text;
  EXPECT_EQ(occurrences(world.log_text, R"("event":"recovered")"), 1) << world.log_text;
}

TEST(Lane, works_on_when_another_lane_alone_cannot_write) {
  LaneWorld world;
  world.queue.send(good_body());
  OutageSpell of_another(world.database_outage);
  of_another.begin("too many connections");

  world.lane().run({});

  EXPECT_EQ(world.table.rows.size(), 1U);
}

TEST(Lane, gives_back_what_the_queue_would_hide_no_longer) {
  LaneWorld world;
  const std::string id = world.queue.send(good_body());
  const SteadyTime start = world.clock.steady();
  SteadyTime back_at = start + std::chrono::hours{13};
  world.sink.before_open = [&] {
    if (world.clock.steady() > start && world.clock.steady() < back_at) {
      throw Unavailable("database away");
    }
  };
  world.sink.before_write = [&] {
    if (world.clock.steady() < back_at) {
      EXPECT_LT(world.clock.steady(), start + std::chrono::hours{12});
      throw Unavailable("database away");
    }
    EXPECT_EQ(world.queue.receive_count(id), 2);
  };

  world.lane().run({});

  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(occurrences(world.log_text, "held_too_long"), 1);
}

}  // namespace
}  // namespace moretta
