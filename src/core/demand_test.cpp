#include "core/demand.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

TEST(Demand, idles_with_one_long_poll) {
  const Demand demand({.requests_max = 8, .idle_wait = Seconds{20}});

  EXPECT_EQ(demand.next(), (Ask{.requests = 1, .wait = Seconds{20}}));
}

TEST(Demand, doubles_without_waiting_while_answers_come_back_full) {
  Demand demand({.requests_max = 8, .idle_wait = Seconds{20}});

  demand.learn(10);
  EXPECT_EQ(demand.next(), (Ask{.requests = 2, .wait = Seconds{0}}));

  demand.learn(20);
  EXPECT_EQ(demand.next(), (Ask{.requests = 4, .wait = Seconds{0}}));
}

TEST(Demand, stays_at_its_limit) {
  Demand demand({.requests_max = 3, .idle_wait = Seconds{20}});

  for (int turn = 0; turn < 10; ++turn) {
    demand.learn(1000);
  }

  EXPECT_EQ(demand.next().requests, 3);
}

TEST(Demand, falls_back_to_one_long_poll_after_a_short_answer) {
  Demand demand({.requests_max = 8, .idle_wait = Seconds{20}});
  demand.learn(10);
  demand.learn(20);

  demand.learn(39);

  EXPECT_EQ(demand.next(), (Ask{.requests = 1, .wait = Seconds{20}}));
}

}  // namespace
}  // namespace moretta
