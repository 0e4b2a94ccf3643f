#include "core/stop_rule.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

TEST(EmptyQueue, needs_several_empty_polls_that_agree_with_the_counts) {
  EmptyQueue rule;

  rule.learn(0, {}, 0);
  rule.learn(0, {}, 0);
  EXPECT_FALSE(rule.is_sure());

  rule.learn(0, {}, 0);
  EXPECT_TRUE(rule.is_sure());
}

TEST(EmptyQueue, starts_over_when_something_comes) {
  EmptyQueue rule;
  rule.learn(0, {}, 0);
  rule.learn(0, {}, 0);

  rule.learn(1, {}, 0);
  rule.learn(0, {}, 0);

  EXPECT_FALSE(rule.is_sure());
}

TEST(EmptyQueue, waits_for_what_is_in_flight_or_delayed_elsewhere) {
  for (const Depth depth : {Depth{.visible = 1}, Depth{.in_flight = 1}, Depth{.delayed = 1}}) {
    EmptyQueue rule;

    for (int poll = 0; poll < 10; ++poll) {
      rule.learn(0, depth, 0);
    }

    EXPECT_FALSE(rule.is_sure());
  }
}

TEST(EmptyQueue, does_not_wait_for_what_we_left_to_the_redrive_policy) {
  EmptyQueue rule;

  for (int poll = 0; poll < EmptyQueue::polls_needed; ++poll) {
    rule.learn(0, {.in_flight = 2}, 2);
  }

  EXPECT_TRUE(rule.is_sure());
}

}  // namespace
}  // namespace moretta
