#include "app/past.hpp"

#include <gtest/gtest.h>

#include "app/status/sample_readings.hpp"

namespace moretta::app {
namespace {

constexpr auto too_long = static_cast<std::size_t>(Reason::too_long);
constexpr auto invalid_json = static_cast<std::size_t>(Reason::invalid_json);

Readings ended_readings() {
  Readings readings = sample_readings();
  readings.totals.returned += readings.totals.in_flight();
  return readings;
}

TEST(Past, is_nothing_before_the_first_run) {
  const Readings now = sample_readings();

  const Readings all = together({}, now, sample_facts().columns);

  EXPECT_EQ(all.totals, now.totals);
  EXPECT_EQ(all.rejects, now.rejects);
  EXPECT_EQ(all.sqs, now.sqs);
  EXPECT_EQ(phase_ns(all, Phase::write), phase_ns(now, Phase::write));
}

TEST(Past, lets_every_count_go_on_in_the_next_run) {
  const Readings first = ended_readings();
  Past past;
  pass(past, first, sample_facts().columns, 2, {Moment{}});
  const Readings second = ended_readings();

  const Readings all = together(past, second, sample_facts().columns);

  EXPECT_EQ(all.totals.received, 200);
  EXPECT_EQ(all.totals.in_flight(), 0);
  EXPECT_EQ(all.times.write.count, 4);
  EXPECT_EQ(all.sqs.requests[0], 40);
  EXPECT_EQ(all.rejects[1][too_long], 6);
  EXPECT_EQ(all.rejects[2][invalid_json], 4);
  EXPECT_EQ(all.sink.connections, 4) << "one reconnect before, three connections now";
  EXPECT_EQ(phase_ns(all, Phase::write), 2 * phase_ns(first, Phase::write));
  EXPECT_EQ(all.lanes.size(), second.lanes.size());
}

TEST(Past, finds_columns_by_name_and_keeps_those_that_are_gone) {
  Past past;
  pass(past, ended_readings(), {"user_id", "masked_ip"}, 2, {});
  Readings now;
  now.rejects.resize(3);
  now.rejects[0][too_long] = 1;

  const std::vector<std::string> columns = columns_with(past, {"locale", "user_id"});
  const Readings all = together(past, now, columns);

  EXPECT_EQ(columns, (std::vector<std::string>{"locale", "user_id", "masked_ip"}));
  EXPECT_EQ(all.rejects[0][too_long], 1);
  EXPECT_EQ(all.rejects[2][too_long], 3);
  EXPECT_EQ(all.rejects[3][invalid_json], 2);
}

}  // namespace
}  // namespace moretta::app
