#include "core/turn.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/lane_world.hpp"

namespace moretta {
namespace {

class Turn : public testing::Test {
 protected:
  TurnResult run(const TurnRules& rules = {}) {
    messages = world.queue.receive(100);
    return run_turn(messages, world.transform, rules, world.sink);
  }

  LaneWorld world;
  std::vector<Message> messages;
};

TEST_F(Turn, gives_every_message_one_outcome_in_order) {
  world.queue.send(good_body("a"));
  world.queue.send("not json");
  world.queue.send(good_body("refused"));
  world.queue.send(good_body("b"));

  const TurnResult result = run();

  EXPECT_EQ(result.outcomes, (std::vector{Outcome::stored, Outcome::quarantined,
                                          Outcome::quarantined, Outcome::stored}));
  EXPECT_EQ(world.table.rows.size(), 2U);
  EXPECT_EQ(world.table.quarantine.size(), 2U);
}

TEST_F(Turn, says_why_without_a_value) {
  world.queue.send(R"({"user_id": 7, "ip": "203.0.113.9"})");
  world.queue.send(good_body("refused"));

  const TurnResult result = run();

  ASSERT_EQ(result.rejects.size(), 2U);
  EXPECT_EQ(result.rejects[0],
            (Reject{.reason = Reason::wrong_type, .column = "user_id", .pointer = "/user_id"}));
  EXPECT_EQ(result.rejects[1], (Reject{.reason = Reason::refused_by_table, .sqlstate = "23514"}));
}

TEST_F(Turn, counts_a_redelivery_as_duplicate_and_stores_nothing_twice) {
  const std::string good = world.queue.send(good_body());
  const std::string bad = world.queue.send("[]");
  run();
  world.queue.make_visible(good);
  world.queue.make_visible(bad);

  const TurnResult result = run();

  EXPECT_EQ(result.outcomes, (std::vector{Outcome::duplicate, Outcome::duplicate}));
  EXPECT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(world.table.quarantine.size(), 1U);
}

TEST_F(Turn, returns_rejects_when_told_to_leave_them) {
  world.queue.send("[]");
  world.queue.send(good_body("refused"));
  world.queue.send(good_body());

  const TurnResult result = run({.on_reject = OnReject::leave});

  EXPECT_EQ(result.outcomes, (std::vector{Outcome::returned, Outcome::returned, Outcome::stored}));
  EXPECT_TRUE(world.table.quarantine.empty());
  EXPECT_EQ(result.rejects.size(), 2U);
}

TEST_F(Turn, says_nothing_of_the_messages_when_the_sink_is_away) {
  world.queue.send(good_body());
  world.sink.before_write = [] {
    throw Unavailable("away");
  };

  EXPECT_THROW(run(), Unavailable);
  EXPECT_TRUE(world.table.rows.empty());
}

TEST_F(Turn, keeps_clear_text_out_of_rows_and_records) {
  world.queue.send(good_body());
  world.queue.send(std::string(R"({"user_id": "u", "ip": ")") + std::string(clear_ip));

  run();

  ASSERT_EQ(world.table.rows.size(), 1U);
  EXPECT_EQ(world.table.rows.begin()->second[1].find(clear_ip), std::string::npos);
  ASSERT_EQ(world.table.quarantine.size(), 1U);
  EXPECT_EQ(world.table.quarantine.begin()->second.sealed_body.find(clear_ip), std::string::npos);
}

TEST_F(Turn, does_not_bother_the_sink_with_nothing) {
  run();

  EXPECT_EQ(world.sink.writes_count, 0);
}

constexpr TurnRules strict_order{.on_reject = OnReject::leave, .order = Order::by_group};

TEST_F(Turn, returns_what_stands_behind_a_left_reject_in_its_group_and_stores_the_rest) {
  world.queue.send(good_body("a1"), "a");
  world.queue.send("not json", "a");
  world.queue.send(good_body("a3"), "a");
  world.queue.send(good_body("b1"), "b");

  const TurnResult result = run(strict_order);

  EXPECT_EQ(result.outcomes,
            (std::vector{Outcome::stored, Outcome::returned, Outcome::returned, Outcome::stored}));
  EXPECT_EQ(world.table.rows.size(), 2U);
  EXPECT_EQ(result.rejects.size(), 1U);
}

TEST_F(Turn, returns_what_stands_behind_a_row_that_the_table_refused) {
  world.queue.send(good_body("a1"), "a");
  world.queue.send(good_body("b1"), "b");
  world.queue.send(good_body("refused"), "a");
  world.queue.send(good_body("a3"), "a");
  world.queue.send(good_body("b2"), "b");

  const TurnResult result = run(strict_order);

  EXPECT_EQ(result.outcomes, (std::vector{Outcome::stored, Outcome::stored, Outcome::returned,
                                          Outcome::returned, Outcome::stored}));
  EXPECT_EQ(world.table.rows.size(), 3U);
}

TEST_F(Turn, goes_on_behind_a_quarantined_message_of_a_group) {
  world.queue.send("not json", "a");
  world.queue.send(good_body("refused"), "a");
  world.queue.send(good_body("a3"), "a");

  const TurnResult result = run({.order = Order::by_group});

  EXPECT_EQ(result.outcomes,
            (std::vector{Outcome::quarantined, Outcome::quarantined, Outcome::stored}));
}

TEST_F(Turn, lets_the_groups_of_a_fair_queue_pass_a_left_reject) {
  world.queue.send("not json", "tenant");
  world.queue.send(good_body("b"), "tenant");

  const TurnResult result = run({.on_reject = OnReject::leave});

  EXPECT_EQ(result.outcomes, (std::vector{Outcome::returned, Outcome::stored}));
}

}  // namespace
}  // namespace moretta
