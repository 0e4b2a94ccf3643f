#include "app/summary.hpp"

#include <gtest/gtest.h>

namespace moretta::app {
namespace {

Summary some() {
  Summary summary{.totals = {.received = 100, .stored = 98, .duplicate = 1, .quarantined = 1},
                  .seconds = 5,
                  .busy_seconds = 2,
                  .cpu_seconds = 0.001};
  summary.totals.rejects[static_cast<std::size_t>(Reason::missing_key)] = 1;
  return summary;
}

TEST(Summary, is_one_line_of_json_for_scripts) {
  EXPECT_EQ(
      summary_json(some()),
      R"({"received":100,"stored":98,"duplicate":1,"quarantined":1,"returned":0,)"
      R"("conflicts":0,"unsettled":0,"turns":0,"rejects":{"missing_key":1},"seconds":5.000,)"
      R"("busy_seconds":2.000,"messages_per_second":50,"cpu_us_per_message":10.00,"adds_up":true})");
}

TEST(Summary, names_what_is_not_accounted_for) {
  Summary summary = some();
  summary.totals.stored = 90;

  EXPECT_FALSE(adds_up(summary.totals));
  EXPECT_NE(summary_text(summary).find("8 messages are not accounted for"), std::string::npos);
}

TEST(Summary, leaves_out_what_did_not_happen) {
  const std::string text = summary_text(some());

  EXPECT_NE(text.find("quarantined"), std::string::npos);
  EXPECT_NE(text.find("missing_key"), std::string::npos);
  EXPECT_EQ(text.find("returned"), std::string::npos);
}

TEST(Summary, sets_thousands_apart) {
  const std::pair<std::int64_t, std::string_view> cases[] = {
      {0, "0"}, {999, "999"}, {1'000, "1 000"}, {1'234'567, "1 234 567"}, {-1'000, "-1 000"}};
  for (const auto& [number, want] : cases) {
    EXPECT_EQ(grouped(number), want);
  }
}

}  // namespace
}  // namespace moretta::app
