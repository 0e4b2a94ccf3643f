#include "contract/source_contract.hpp"

#include <map>
#include <set>

namespace moretta {
namespace {

constexpr Seconds lease{30};

// Everything that is there now; a queue may give it in portions.
std::vector<Message> receive_all(Source& source) {
  std::vector<Message> all;
  for (int empty = 0; empty < 3;) {
    std::vector<Message> some = source.receive({.requests = 4, .wait = Seconds{0}});
    empty = some.empty() ? empty + 1 : 0;
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<Outcome> all(Outcome outcome, const std::vector<Message>& messages) {
  return std::vector(messages.size(), outcome);
}

TEST_P(SourceContract, gives_bodies_byte_for_byte) {
  const auto world = GetParam().make();
  const std::set<std::string> bodies = {
      R"({"a": "plain"})",           "tab\there, newline\nand return\rtoo",
      "<xml> & \"quotes\" 'n' more", "snow ☃ and 😀",
      " leading and trailing ",      R"(\u0000 \\ \" escapes)"};
  for (const std::string& body : bodies) {
    world->send(body);
  }

  std::set<std::string> received;
  for (const Message& message : receive_all(world->source())) {
    received.insert(message.body);
  }

  EXPECT_EQ(received, bodies);
}

TEST_P(SourceContract, says_when_a_message_was_sent_and_how_often_received) {
  const auto world = GetParam().make();
  world->send("one");

  const std::vector<Message> messages = receive_all(world->source());

  ASSERT_EQ(messages.size(), 1U);
  EXPECT_FALSE(messages[0].id.empty());
  EXPECT_FALSE(messages[0].receipt.empty());
  EXPECT_TRUE(messages[0].sent_at.has_value());
  EXPECT_EQ(messages[0].receive_count, 1);
}

TEST_P(SourceContract, hides_what_it_gave_until_the_lease_ends) {
  const auto world = GetParam().make();
  world->send("one");
  const std::vector<Message> first = receive_all(world->source());
  ASSERT_EQ(first.size(), 1U);

  world->advance(lease - Seconds{1});
  EXPECT_TRUE(receive_all(world->source()).empty());

  world->advance(Seconds{2});
  const std::vector<Message> again = receive_all(world->source());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, first[0].id);
  EXPECT_EQ(again[0].sent_at, first[0].sent_at);
  EXPECT_EQ(again[0].receive_count, 2);
  EXPECT_NE(again[0].receipt, first[0].receipt);
}

TEST_P(SourceContract, brings_more_than_ten_when_asked_for_more) {
  const auto world = GetParam().make();
  for (int i = 0; i < 35; ++i) {
    world->send(std::to_string(i));
  }

  EXPECT_LE(world->source().receive({.requests = 1, .wait = Seconds{0}}).size(), 10U);
  EXPECT_EQ(receive_all(world->source()).size(), 25U);
}

TEST_P(SourceContract, brings_nothing_from_a_long_poll_that_is_stopped) {
  const auto world = GetParam().make();
  std::stop_source stop;
  stop.request_stop();

  EXPECT_TRUE(world->source()
                  .receive({.requests = 1, .wait = Seconds{20}, .stop = stop.get_token()})
                  .empty());

  world->send("after");
  EXPECT_EQ(receive_all(world->source()).size(), 1U);
}

TEST_P(SourceContract, deletes_what_is_done_for_good) {
  const auto world = GetParam().make();
  for (int i = 0; i < 23; ++i) {
    world->send(std::to_string(i));
  }
  const std::vector<Message> messages = receive_all(world->source());
  ASSERT_EQ(messages.size(), 23U);
  std::vector<Outcome> outcomes = all(Outcome::stored, messages);
  outcomes[0] = Outcome::duplicate;
  outcomes[1] = Outcome::quarantined;

  EXPECT_EQ(world->source().settle(messages, outcomes), 0U);

  world->advance(2 * lease);
  EXPECT_TRUE(receive_all(world->source()).empty());
  EXPECT_EQ(world->source().depth().total(), 0);
}

TEST_P(SourceContract, makes_what_is_returned_visible_at_once) {
  const auto world = GetParam().make();
  world->send("stays");
  world->send("goes");
  const std::vector<Message> messages = receive_all(world->source());
  ASSERT_EQ(messages.size(), 2U);

  std::vector<Outcome> outcomes;
  for (const Message& message : messages) {
    outcomes.push_back(message.body == "goes" ? Outcome::stored : Outcome::returned);
  }
  EXPECT_EQ(world->source().settle(messages, outcomes), 0U);

  const std::vector<Message> again = receive_all(world->source());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].body, "stays");
}

TEST_P(SourceContract, holds_messages_past_their_lease) {
  const auto world = GetParam().make();
  world->send("one");
  const std::vector<Message> messages = receive_all(world->source());

  world->advance(Seconds{20});
  EXPECT_EQ(world->source().hold(messages, lease), 0U);
  world->advance(Seconds{20});

  EXPECT_TRUE(receive_all(world->source()).empty());
  world->advance(Seconds{11});
  EXPECT_EQ(receive_all(world->source()).size(), 1U);
}

TEST_P(SourceContract, takes_a_stale_receipt_without_losing_the_message) {
  const auto world = GetParam().make();
  world->send("one");
  const std::vector<Message> stale = receive_all(world->source());
  world->advance(lease + Seconds{1});
  const std::vector<Message> fresh = receive_all(world->source());
  ASSERT_EQ(fresh.size(), 1U);

  world->source().settle(stale, all(Outcome::stored, stale));

  world->advance(lease + Seconds{1});
  EXPECT_EQ(receive_all(world->source()).size(), 1U);
}

TEST_P(SourceContract, counts_what_is_waiting_and_what_is_in_flight) {
  const auto world = GetParam().make();
  for (int i = 0; i < 12; ++i) {
    world->send(std::to_string(i));
  }
  EXPECT_EQ(world->source().depth().visible, 12);

  const auto some = world->source().receive({.requests = 1, .wait = Seconds{0}});

  const Depth depth = world->source().depth();
  EXPECT_EQ(depth.in_flight, static_cast<std::int64_t>(some.size()));
  EXPECT_EQ(depth.total(), 12);
}

TEST_P(SourceContract, knows_the_lease_of_its_queue) {
  const auto world = GetParam().make();

  EXPECT_EQ(world->source().lease(), lease);
}

TEST_P(SourceContract, settles_nothing_without_complaint) {
  const auto world = GetParam().make();

  EXPECT_EQ(world->source().settle({}, {}), 0U);
  EXPECT_EQ(world->source().hold({}, lease), 0U);
}

}  // namespace
}  // namespace moretta
