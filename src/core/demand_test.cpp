#include "core/demand.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

constexpr std::size_t small = 200;  // bytes of a body

TEST(Demand, idles_with_one_long_poll) {
  const Demand demand({.requests_max = 8, .idle_wait = Seconds{20}});

  EXPECT_EQ(demand.next(), (Ask{.requests = 1, .wait = Seconds{20}}));
}

TEST(Demand, doubles_without_waiting_while_answers_come_back_full) {
  Demand demand({.requests_max = 8, .idle_wait = Seconds{20}});

  demand.learn(10, 10 * small);
  EXPECT_EQ(demand.next(), (Ask{.requests = 2, .wait = Seconds{0}}));

  demand.learn(20, 20 * small);
  EXPECT_EQ(demand.next(), (Ask{.requests = 4, .wait = Seconds{0}}));
}

TEST(Demand, stays_at_its_limit) {
  Demand demand({.requests_max = 3, .idle_wait = Seconds{20}});

  for (int turn = 0; turn < 10; ++turn) {
    demand.learn(1000, 1000 * small);
  }

  EXPECT_EQ(demand.next().requests, 3);
}

TEST(Demand, falls_back_to_one_long_poll_after_a_short_answer) {
  Demand demand({.requests_max = 8, .idle_wait = Seconds{20}});
  demand.learn(10, 10 * small);
  demand.learn(20, 20 * small);

  demand.learn(39, 39 * small);

  EXPECT_EQ(demand.next(), (Ask{.requests = 1, .wait = Seconds{20}}));
}

TEST(Demand, asks_for_fewer_of_large_bodies_without_waiting) {
  Demand demand({.requests_max = 100, .bytes_max = 16'000'000});
  demand.learn(10, 10 * small);

  demand.learn(20, 20'000'000);
  EXPECT_EQ(demand.next(), (Ask{.requests = 1, .wait = Seconds{0}}));
  demand.learn(10, 5'000'000);
  EXPECT_EQ(demand.next(), (Ask{.requests = 2, .wait = Seconds{0}}));
}

TEST(Demand, forgets_large_bodies_by_half_a_turn) {
  Demand demand({.requests_max = 100, .bytes_max = 16'000'000});
  demand.learn(10, 16'000'000);

  for (const int requests : {2, 4, 8}) {
    demand.learn(1'000, 0);
    EXPECT_EQ(demand.next().requests, requests);
  }
}

}  // namespace
}  // namespace moretta
