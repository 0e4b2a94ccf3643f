#include "devqueue/faults.hpp"

#include <gtest/gtest.h>

namespace moretta::devqueue {
namespace {

TEST(FaultPlan, is_read_from_json) {
  const auto plan = parse_fault_plan(
      R"({"latency_ms": 50, "error": {"next": 3, "rate": 0.5}, "error_status": 503,
          "drop_after": {"next": 1}, "credentials_expired": true, "clock_skew_s": -1200,
          "operations": ["DeleteMessageBatch"], "seed": 7})");

  ASSERT_TRUE(plan);
  FaultPlan want;
  want.latency = Millis(50);
  want.error = {3, 0.5};
  want.error_status = 503;
  want.drop_after = {1, 0};
  want.credentials_expired = true;
  want.clock_skew = Seconds(-1200);
  want.operations = {Operation::delete_message_batch};
  want.seed = 7;
  EXPECT_EQ(plan.value(), want);
}

TEST(FaultPlan, says_what_is_wrong_with_it) {
  const struct {
    std::string json;
    std::string want;
  } cases[] = {
      {"[]", "a fault plan must be a JSON object"},
      {R"({"latency": 1})", "unknown fault latency"},
      {R"({"latency_ms": -1})", "latency_ms must be a number from 0 to 60000"},
      {R"({"error": {"rate": 1.5}})", R"(error must be {"next": a count, "rate": 0 to 1})"},
      {R"({"error_status": 501})", "error_status must be 500 or 503"},
      {R"({"operations": ["Fly"]})", "operations must be a list of operations' names"},
  };

  for (const auto& [json, want] : cases) {
    const auto plan = parse_fault_plan(json);
    ASSERT_FALSE(plan) << json;
    EXPECT_EQ(plan.error(), want);
  }
}

TEST(Faults, strike_the_next_times_and_then_no_more) {
  FaultPlan plan;
  plan.error.next = 2;
  Faults faults(plan);

  EXPECT_TRUE(faults.strikes(&FaultPlan::error, Operation::send_message));
  EXPECT_FALSE(faults.strikes(&FaultPlan::throttle, Operation::send_message));
  EXPECT_TRUE(faults.strikes(&FaultPlan::error, Operation::send_message));
  EXPECT_FALSE(faults.strikes(&FaultPlan::error, Operation::send_message));
}

TEST(Faults, spare_other_operations) {
  FaultPlan plan;
  plan.error.next = 1;
  plan.operations = {Operation::delete_message};
  Faults faults(plan);

  EXPECT_FALSE(faults.strikes(&FaultPlan::error, Operation::send_message));
  EXPECT_TRUE(faults.strikes(&FaultPlan::error, Operation::delete_message));
}

TEST(Faults, repeat_with_the_same_seed) {
  FaultPlan plan;
  plan.error.rate = 0.3;
  plan.seed = 42;
  Faults one(plan);
  Faults other(plan);

  int struck = 0;
  for (int i = 0; i < 1000; ++i) {
    const bool is_struck = one.strikes(&FaultPlan::error, Operation::send_message);
    EXPECT_EQ(is_struck, other.strikes(&FaultPlan::error, Operation::send_message));
    struck += is_struck ? 1 : 0;
  }
  EXPECT_GT(struck, 200);
  EXPECT_LT(struck, 400);
}

}  // namespace
}  // namespace moretta::devqueue
