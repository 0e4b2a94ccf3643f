#include "devqueue/queue.hpp"

#include <gtest/gtest.h>

namespace moretta::devqueue {
namespace {

// A queue and a clock that only the test moves.
struct World {
  explicit World(QueueKind kind = QueueKind::standard, const Attributes& attributes = {})
      : queue({"q", "arn:aws:sqs:us-east-1:000000000000:q", WallTime{}},
              with_attributes(default_settings(kind), attributes).value(),
              Ordering::as_the_kind_says, random) {}

  Sent send(const std::string& body) {
    return queue.send({.body = body, .extras = nullptr, .delay = {}}, now);
  }
  Sent send_to_group(const std::string& group, const std::string& body,
                     const std::string& deduplication_id = "") {
    auto extras = std::make_unique<MessageExtras>();
    extras->group = group;
    extras->deduplication_id = deduplication_id;
    return queue.send({.body = body, .extras = std::move(extras), .delay = {}}, now);
  }

  std::vector<Delivery> receive(std::size_t most = 10, std::optional<Seconds> visibility = {},
                                Queue* dead_letters = nullptr) {
    std::vector<Delivery> out;
    queue.receive({most, visibility, ""}, dead_letters, now, out);
    return out;
  }
  std::string bodies(std::size_t most = 10, std::optional<Seconds> visibility = {}) {
    std::string all;
    for (const Delivery& delivery : receive(most, visibility)) {
      all += delivery.message->body;
    }
    return all;
  }

  SeededRandom random{1};
  WallTime now{Millis{1'700'000'000'000}};
  Queue queue;
};

TEST(Queue, hides_a_received_message_until_its_visibility_timeout_ends) {
  World world;
  world.send("a");

  EXPECT_EQ(world.bodies(), "a");
  EXPECT_EQ(world.bodies(), "");
  world.now += Seconds(30) - Millis(1);
  EXPECT_EQ(world.bodies(), "");
  world.now += Millis(1);
  EXPECT_EQ(world.bodies(), "a");
}

TEST(Queue, counts_receives_and_keeps_the_time_of_the_first) {
  World world;
  world.send("a");
  const WallTime sent_at = world.now;
  world.now += Seconds(1);
  const WallTime first = world.now;
  world.receive(1, Seconds(0));
  world.now += Seconds(1);

  const auto again = world.receive();

  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].message->receive_count, 2U);
  EXPECT_EQ(again[0].message->sent_at, sent_at);
  EXPECT_EQ(again[0].message->first_received_at, first);
}

TEST(Queue, shows_a_delayed_message_when_its_delay_ends) {
  World world;
  world.queue.send({.body = "late", .extras = nullptr, .delay = Seconds(5)}, world.now);

  EXPECT_EQ(world.queue.counts().delayed, 1U);
  EXPECT_EQ(world.bodies(), "");
  EXPECT_EQ(world.queue.next_change(), world.now + Seconds(5));
  world.now += Seconds(5);
  EXPECT_EQ(world.bodies(), "late");
}

TEST(Queue, drops_messages_older_than_the_retention_even_in_flight) {
  World world(QueueKind::standard, {{"MessageRetentionPeriod", "60"}});
  world.send("a");
  world.send("b");
  world.receive(1, Seconds(3600));

  world.now += Seconds(60);
  world.queue.advance(world.now);

  EXPECT_EQ(world.queue.counts().expired, 2U);
  EXPECT_EQ(world.queue.counts().in_flight, 0U);
  EXPECT_EQ(world.queue.counts().visible, 0U);
}

TEST(Queue, deletes_with_an_expired_handle_but_not_with_a_stale_one) {
  World world;
  world.send("a");
  const Receipt first = world.receive(1, Seconds(1))[0].receipt;
  world.now += Seconds(2);
  const Receipt second = world.receive(1, Seconds(1))[0].receipt;

  EXPECT_EQ(world.queue.remove(first, world.now), Removal::stale);
  EXPECT_EQ(world.queue.counts().in_flight, 1U);
  world.now += Seconds(2);
  EXPECT_EQ(world.queue.remove(second, world.now), Removal::removed);
  EXPECT_EQ(world.queue.remove(second, world.now), Removal::gone);
}

TEST(Queue, changes_visibility_from_now_and_not_beyond_twelve_hours) {
  World world;
  world.send("a");
  const Receipt receipt = world.receive()[0].receipt;
  world.now += Seconds(20);

  EXPECT_EQ(world.queue.change_visibility(receipt, Seconds(100), world.now), Extension::changed);
  world.now += Seconds(99);
  EXPECT_EQ(world.bodies(), "");
  EXPECT_EQ(world.queue.change_visibility(receipt, Seconds(43'200), world.now),
            Extension::beyond_limit);
  EXPECT_EQ(world.queue.change_visibility(receipt, Seconds(0), world.now), Extension::changed);
  EXPECT_EQ(world.bodies(), "a");
  EXPECT_EQ(world.queue.change_visibility(receipt, Seconds(9), world.now), Extension::stale);
}

TEST(Queue, moves_a_message_over_the_redrive_limit_with_its_time_and_count) {
  World dead;
  World world(QueueKind::standard,
              {{"RedrivePolicy", R"({"deadLetterTargetArn":"arn:x","maxReceiveCount":"2"})"}});
  world.send("poison");
  const WallTime sent_at = world.now;
  world.receive(1, Seconds(0), &dead.queue);
  world.receive(1, Seconds(0), &dead.queue);
  world.now += Seconds(9);

  EXPECT_TRUE(world.receive(1, Seconds(0), &dead.queue).empty());

  dead.now = world.now;
  const auto moved = dead.receive();
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].message->sent_at, sent_at);
  EXPECT_EQ(moved[0].message->receive_count, 3U);
  EXPECT_EQ(moved[0].message->extras->source_arn, "arn:aws:sqs:us-east-1:000000000000:q");
  EXPECT_EQ(world.queue.counts().redriven, 1U);
}

TEST(Queue, purges_everything_in_any_state) {
  World world;
  world.send("a");
  world.send("b");
  world.queue.send({.body = "c", .extras = nullptr, .delay = Seconds(5)}, world.now);
  const Receipt receipt = world.receive(1)[0].receipt;

  world.queue.purge();

  EXPECT_EQ(world.queue.counts().purged, 3U);
  EXPECT_EQ(world.queue.counts().visible, 0U);
  EXPECT_EQ(world.queue.remove(receipt, world.now), Removal::gone);
  world.send("d");
  EXPECT_EQ(world.bodies(), "d");
}

TEST(Queue, moves_a_message_received_three_times_to_the_back) {
  World world;
  world.send("a");
  world.send("b");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.bodies(1, Seconds(0)), "a");
  }

  EXPECT_EQ(world.bodies(1, Seconds(0)), "b");
}

TEST(Queue, serves_quiet_tenants_before_a_noisy_one) {
  World world;
  for (int i = 0; i < 40; ++i) {
    world.send_to_group("noisy", "n");
  }
  world.send_to_group("quiet", "q");

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.bodies(), "nnnnnnnnnn");
  }

  EXPECT_EQ(world.bodies(), "qnnnnnnnnn");
}

TEST(Queue, delivers_a_duplicated_message_with_its_id_once_more) {
  World world;
  world.send("a");
  const auto first = world.receive(1);
  const MessageId id = first[0].message->id;
  const Receipt receipt = first[0].receipt;

  world.queue.duplicate(*first[0].message);
  world.queue.remove(receipt, world.now);

  const auto second = world.receive();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].message->id, id);
  EXPECT_EQ(second[0].message->receive_count, 2U);
}

TEST(FifoQueue, keeps_the_order_of_a_group_and_locks_it_while_in_flight) {
  World world(QueueKind::fifo);
  world.send_to_group("g", "1", "d1");
  world.send_to_group("g", "2", "d2");
  world.send_to_group("h", "3", "d3");

  const Receipt one = world.receive(1)[0].receipt;
  EXPECT_EQ(world.bodies(), "3");
  EXPECT_EQ(world.queue.remove(one, world.now), Removal::removed);
  EXPECT_EQ(world.bodies(), "2");
}

TEST(FifoQueue, takes_many_of_one_group_in_one_receive) {
  World world(QueueKind::fifo);
  for (const char* body : {"1", "2", "3"}) {
    world.send_to_group("g", body, body);
    world.send_to_group("h", std::string("h") + body, std::string("h") + body);
  }

  EXPECT_EQ(world.bodies(4), "123h1");
}

TEST(FifoQueue, shows_what_stands_before_an_extended_message_and_nothing_after_it) {
  World world(QueueKind::fifo);
  for (const char* body : {"1", "2", "3"}) {
    world.send_to_group("g", body, body);
  }
  const auto all = world.receive(10, Seconds(10));
  const Receipt second = all[1].receipt;

  world.queue.change_visibility(second, Seconds(100), world.now);
  world.now += Seconds(20);

  EXPECT_EQ(world.bodies(), "1");
}

TEST(FifoQueue, refuses_a_delete_after_the_visibility_timeout) {
  World world(QueueKind::fifo);
  world.send_to_group("g", "1", "d");
  const Receipt receipt = world.receive(1, Seconds(1))[0].receipt;
  world.now += Seconds(1);

  EXPECT_EQ(world.queue.remove(receipt, world.now), Removal::expired);
  EXPECT_EQ(world.queue.change_visibility(receipt, Seconds(1), world.now), Extension::expired);
  EXPECT_EQ(world.bodies(), "1");
}

TEST(FifoQueue, deduplicates_for_five_minutes_even_after_a_delete) {
  World world(QueueKind::fifo);
  const Sent first = world.send_to_group("g", "1", "d");
  world.queue.remove(world.receive()[0].receipt, world.now);

  world.now += Seconds(299);
  const Sent second = world.send_to_group("g", "other", "d");
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(world.bodies(), "");

  world.now += Seconds(1);
  const Sent third = world.send_to_group("g", "other", "d");
  EXPECT_NE(third.id, first.id);
  EXPECT_GT(third.sequence, first.sequence);
  EXPECT_EQ(world.bodies(), "other");
}

TEST(FifoQueue, deduplicates_by_content_and_within_the_group_if_asked) {
  World world(QueueKind::fifo,
              {{"ContentBasedDeduplication", "true"}, {"DeduplicationScope", "messageGroup"}});
  world.send_to_group("g", "same");
  world.send_to_group("g", "same");
  world.send_to_group("h", "same");

  EXPECT_EQ(world.queue.counts().sent, 2U);
}

TEST(FifoQueue, repeats_a_receive_by_its_attempt_id_and_restarts_the_visibility) {
  World world(QueueKind::fifo);
  world.send_to_group("g", "1", "d");
  const ReceiveRequest request{10, Seconds(10), "attempt"};
  std::vector<Delivery> first;
  world.queue.receive(request, nullptr, world.now, first);
  world.now += Seconds(9);

  std::vector<Delivery> again;
  world.queue.receive(request, nullptr, world.now, again);

  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].receipt, first[0].receipt);
  world.now += Seconds(9);
  EXPECT_EQ(world.bodies(), "");
  EXPECT_EQ(world.queue.remove(first[0].receipt, world.now), Removal::removed);
  std::vector<Delivery> late;
  world.queue.receive(request, nullptr, world.now, late);
  EXPECT_TRUE(late.empty());
}

TEST(FifoQueue, restarts_the_clock_of_a_redriven_message) {
  World dead(QueueKind::fifo);
  World world(QueueKind::fifo,
              {{"RedrivePolicy", R"({"deadLetterTargetArn":"arn:x","maxReceiveCount":1})"}});
  const Sent sent = world.send_to_group("g", "poison", "d");
  world.send_to_group("g", "next", "e");
  world.receive(1, Seconds(1), &dead.queue);
  world.now += Seconds(5);

  const auto next = world.receive(1, Seconds(1), &dead.queue);

  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].message->body, "next");
  dead.now = world.now;
  const auto moved = dead.receive();
  ASSERT_EQ(moved.size(), 1U);
  std::string id;
  append_id_text(sent.id, id);
  EXPECT_EQ(moved[0].message->sent_at, world.now);
  EXPECT_EQ(moved[0].message->extras->deduplication_id, id);
}

// A cost that grew with the queue would take minutes here; the suite's time limit is the check.
TEST(Queue, costs_the_same_a_message_however_many_there_are) {
  World world;
  constexpr std::size_t count = 100'000;
  for (std::size_t i = 0; i < count; ++i) {
    world.send("x");
  }

  std::vector<Receipt> receipts;
  std::vector<Delivery> batch;
  while (receipts.size() < count) {
    batch.clear();
    world.queue.receive({10, Seconds(1000), ""}, nullptr, world.now, batch);
    ASSERT_FALSE(batch.empty());
    for (const Delivery& delivery : batch) {
      receipts.push_back(delivery.receipt);
    }
  }
  EXPECT_EQ(world.queue.counts().in_flight, count);
  for (const Receipt& receipt : receipts) {
    ASSERT_EQ(world.queue.remove(receipt, world.now), Removal::removed);
  }
  EXPECT_EQ(world.queue.counts().deleted, count);
}

}  // namespace
}  // namespace moretta::devqueue
