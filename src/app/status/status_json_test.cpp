#include "app/status/status_json.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "app/status/page.hpp"
#include "app/status/sample_readings.hpp"

namespace moretta::app {
namespace {

TEST(StatusJson, is_json_and_says_what_the_metrics_say) {
  const Readings now = sample_readings();
  const std::string text = status_json(sample_facts(), now, flow_between(now, now));

  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(text).get(root), simdjson::SUCCESS) << text;
  EXPECT_EQ(std::int64_t(root["messages"]["received"]), 100);
  EXPECT_EQ(std::int64_t(root["messages"]["in_flight"]), 10);
  EXPECT_EQ(std::int64_t(root["messages"]["conflicts"]), 3);
  EXPECT_EQ(std::string_view(root["state"]), "working");
  EXPECT_EQ(std::int64_t(root["lanes"].at(0)["messages"]), 10);
  EXPECT_EQ(std::string_view(root["rejects"].at(0)["column"]), "masked_ip");
  EXPECT_EQ(double(root["oldest_seconds"]), 40);
}

TEST(StatusJson, gives_every_reason_the_advice_of_its_document) {
  for (int i = 0; i < reason_count; ++i) {
    const std::string_view code = reason_code(static_cast<Reason>(i));
    EXPECT_GE(advice_for(code).size(), 5U) << code;
    EXPECT_EQ(advice_for(code).find("## "), std::string_view::npos) << code;
  }
  EXPECT_EQ(advice_for("no_such_reason"), "");
}

TEST(StatusJson, writes_history_as_columns_of_one_length) {
  const std::vector<Moment> moments(3, {.at = WallTime{Millis{5}}, .flow = {.rate = 2.5}});

  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(history_json(moments)).get(root), simdjson::SUCCESS);

  for (const char* column : {"t", "rate", "lag_p99", "depth", "write", "hold"}) {
    EXPECT_EQ(root[column].get_array().size(), 3U) << column;
  }
  EXPECT_EQ(std::int64_t(root["depth"].at(0)), -1) << "unknown";
}

TEST(Page, weighs_less_than_100_kB_with_all_that_it_fetches_after_a_busy_hour) {
  Flow busy{.rate = 123'456.789, .rejects = 1234.56789, .lag_p50 = 0.123456789, .lag_p99 = 12.3456};
  busy.hold = 0.123456789;
  for (StageFlow& stage : busy.stages) {
    stage = {.rate = 123'456.789,
             .p50_ms = 1.23456789,
             .p99_ms = 12.3456789,
             .utilisation = 0.123456789};
  }
  const std::vector<Moment> hour(Observer::moments_max, {.at = WallTime{Millis{1'700'000'100'000}},
                                                         .flow = busy,
                                                         .depth = Depth{.visible = 12'345'678}});

  const std::size_t page = status_page().size();
  const std::size_t history = history_json(hour).size();
  const std::size_t status = status_json(sample_facts(), sample_readings(), busy).size();

  EXPECT_LT(page + history + status, 100'000U)
      << page << " + " << history << " + " << status << " bytes";
  EXPECT_LT(page, 30'000U);
}

TEST(State, says_holding_before_anything_else) {
  Readings readings = sample_readings();
  EXPECT_EQ(state_of(readings), State::working);

  readings.lanes[0].since = SteadyTime{Seconds{1}};
  EXPECT_EQ(state_of(readings), State::stalled);
  EXPECT_EQ(state_text(readings), "stalled: a lane has not moved for 999 s");

  readings.longest_round = {.loop = "the manifest keeper", .time = Seconds{1000}};
  EXPECT_EQ(state_text(readings), "stalled: the manifest keeper has not moved for 1000 s");

  readings.away.database = true;
  EXPECT_EQ(state_text(readings), "degraded: holding 10 messages until the database is back");

  readings.totals.stored += 10;
  EXPECT_EQ(state_text(readings), "degraded: waiting for the database to come back");

  readings.away = {.queue = true};
  EXPECT_EQ(state_of(readings), State::waiting_for_queue);
}

TEST(State, is_starting_until_a_lane_has_begun) {
  Readings readings = sample_readings();
  for (LaneReading& lane : readings.lanes) {
    lane = {};
  }

  EXPECT_EQ(state_of(readings), State::starting);
}

}  // namespace
}  // namespace moretta::app
