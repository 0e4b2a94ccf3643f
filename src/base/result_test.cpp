#include "base/result.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace moretta {
namespace {

Result<int, std::string> half(int number) {
  if (number % 2 != 0) {
    return Failure{std::string("odd")};
  }
  return number / 2;
}

}  // namespace

TEST(Result, holds_a_value) {
  const auto result = half(8);

  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result.value(), 4);
}

TEST(Result, holds_a_failure) {
  const auto result = half(7);

  EXPECT_FALSE(result.ok());
  EXPECT_FALSE(static_cast<bool>(result));
  EXPECT_EQ(result.error(), "odd");
}

TEST(Result, tells_value_from_failure_even_when_both_have_one_type) {
  const Result<std::string, std::string> good = std::string("same");
  const Result<std::string, std::string> bad = Failure{std::string("same")};

  EXPECT_TRUE(good.ok());
  EXPECT_FALSE(bad.ok());
}

TEST(Result, gives_away_a_value_that_can_only_be_moved) {
  Result<std::unique_ptr<int>, std::string> result = std::make_unique<int>(5);

  const std::unique_ptr<int> taken = std::move(result).value();

  EXPECT_EQ(*taken, 5);
}

TEST(Result, says_done_when_there_is_nothing_to_give) {
  const Result<Done, std::string> result = Done{};

  EXPECT_EQ(result.value(), Done{});
}

TEST(ResultDeathTest, aborts_when_the_wrong_side_is_asked_for) {
  EXPECT_DEATH(static_cast<void>(half(7).value()), "broken invariant: ok");
  EXPECT_DEATH(static_cast<void>(half(8).error()), "broken invariant: !ok");
}

}  // namespace moretta
