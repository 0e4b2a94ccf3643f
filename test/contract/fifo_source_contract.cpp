#include <map>

#include <gmock/gmock.h>

#include "contract/source_contract.hpp"

namespace moretta {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr Seconds lease{30};

std::vector<Message> receive_all(Source& source) {
  std::vector<Message> all;
  for (int empty = 0; empty < 3;) {
    std::vector<Message> some = source.receive({.requests = 4, .wait = Seconds{0}});
    empty = some.empty() ? empty + 1 : 0;
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<std::string> bodies_of(const std::vector<Message>& messages) {
  std::vector<std::string> bodies;
  for (const Message& message : messages) {
    bodies.push_back(message.body);
  }
  return bodies;
}

TEST_P(FifoSourceContract, gives_each_group_in_its_order) {
  const auto world = GetParam().make();
  for (int i = 0; i < 25; ++i) {
    world->send(std::to_string(i), i % 2 == 0 ? "even" : "odd");
  }

  std::map<std::string, int> last;
  std::size_t count = 0;
  for (std::vector<Message> some = world->source().receive({.requests = 1}); !some.empty();
       some = world->source().receive({.requests = 1})) {
    for (const Message& message : some) {
      const int number = std::stoi(message.body);
      EXPECT_EQ(number % 2, message.group_id == "odd");
      const auto [at, is_first] = last.try_emplace(message.group_id, number);
      EXPECT_EQ(number, is_first ? number % 2 : at->second + 2);
      at->second = number;
    }
    count += some.size();
    world->source().settle(some, std::vector(some.size(), Outcome::stored));
  }
  EXPECT_EQ(count, 25U);
}

TEST_P(FifoSourceContract, holds_back_a_group_of_which_some_is_lent_and_no_other) {
  const auto world = GetParam().make();
  world->send("a1", "a");
  const std::vector<Message> first = receive_all(world->source());
  world->send("a2", "a");
  world->send("b1", "b");

  EXPECT_THAT(bodies_of(receive_all(world->source())), ElementsAre("b1"));

  world->source().settle(first, std::vector{Outcome::stored});
  EXPECT_THAT(bodies_of(receive_all(world->source())), ElementsAre("a2"));
}

TEST_P(FifoSourceContract, gives_back_the_rest_of_a_group_in_its_order) {
  const auto world = GetParam().make();
  for (const char* body : {"a1", "a2", "a3", "a4"}) {
    world->send(body, "a");
  }
  const std::vector<Message> messages = receive_all(world->source());
  ASSERT_THAT(bodies_of(messages), ElementsAre("a1", "a2", "a3", "a4"));

  EXPECT_EQ(world->source().settle(messages, std::vector{Outcome::stored, Outcome::returned,
                                                         Outcome::returned, Outcome::returned}),
            0U);

  EXPECT_THAT(bodies_of(receive_all(world->source())), ElementsAre("a2", "a3", "a4"));
}

TEST_P(FifoSourceContract, says_that_nothing_was_deleted_when_the_lease_was_over) {
  const auto world = GetParam().make();
  world->send("a1", "a");
  world->send("b1", "b");
  const std::vector<Message> expired = receive_all(world->source());
  ASSERT_EQ(expired.size(), 2U);

  world->advance(lease + Seconds{1});

  EXPECT_EQ(world->source().settle(expired, std::vector(2, Outcome::stored)), 2U);
  EXPECT_THAT(bodies_of(receive_all(world->source())), UnorderedElementsAre("a1", "b1"));
}

}  // namespace
}  // namespace moretta
