#include "pg/deadline.hpp"

#include <gtest/gtest.h>

namespace moretta::pg {
namespace {

TEST(Deadline, is_never_over_until_it_is_set) {
  ManualClock clock{WallTime{}};
  const Deadline deadline(clock);

  clock.advance(std::chrono::hours{48});

  EXPECT_EQ(deadline.left(), Deadline::left_max);
}

TEST(Deadline, leaves_what_is_left_rounded_up_and_nothing_afterwards) {
  ManualClock clock{WallTime{}};
  Deadline deadline(clock);
  const SteadyTime start = clock.steady();

  deadline.set(start + std::chrono::microseconds{2'500'500});
  EXPECT_EQ(deadline.left(), Millis{2501});
  clock.advance(Seconds{2});
  EXPECT_EQ(deadline.left(), Millis{501});
  clock.advance(Seconds{1});
  EXPECT_EQ(deadline.left(), Millis{0});

  deadline.set(clock.steady() + std::chrono::hours{2});
  EXPECT_EQ(deadline.left(), Deadline::left_max);
}

}  // namespace
}  // namespace moretta::pg
