#include "base/take.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

TEST(TakeUntil, GivesTheParts) {
  std::string_view rest = "one,two,three";

  EXPECT_EQ(take_until(rest, ','), "one");
  EXPECT_EQ(take_until(rest, ','), "two");
  EXPECT_EQ(rest, "three");
  EXPECT_EQ(take_until(rest, ','), "three");
  EXPECT_EQ(rest, "");
}

TEST(TakeUntil, GivesEmptyPartsBetweenMarks) {
  std::string_view rest = ",,x";

  EXPECT_EQ(take_until(rest, ','), "");
  EXPECT_EQ(take_until(rest, ','), "");
  EXPECT_EQ(take_until(rest, ','), "x");
}

TEST(TakeUntil, EndsWithAMarkAtTheEnd) {
  std::string_view rest = "x,";

  EXPECT_EQ(take_until(rest, ','), "x");
  EXPECT_TRUE(rest.empty());
}

TEST(TakeUntil, GivesNothingOfNothing) {
  std::string_view rest;

  EXPECT_EQ(take_until(rest, ','), "");
}

}  // namespace
}  // namespace moretta
