#include "core/outage.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

class OutageTest : public testing::Test {
 protected:
  Log log{LogFormat::json, LogLevel::off};
  Outage outage{"database", log};
};

TEST_F(OutageTest, is_on_until_the_last_lane_is_over_it) {
  outage.began("away");
  outage.began("away");
  outage.recovered();
  EXPECT_TRUE(outage.is_on());

  outage.recovered();

  EXPECT_FALSE(outage.is_on());
  EXPECT_FALSE(outage.may_be_on());
}

TEST_F(OutageTest, may_be_on_when_the_lane_that_waited_stopped) {
  outage.began("away");

  outage.given_up();

  EXPECT_FALSE(outage.is_on());
  EXPECT_TRUE(outage.may_be_on());
}

TEST_F(OutageTest, is_over_for_all_once_one_lane_has_seen_its_end) {
  outage.began("away");
  outage.began("away");
  outage.given_up();

  outage.recovered();

  EXPECT_FALSE(outage.may_be_on());
}

}  // namespace
}  // namespace moretta
