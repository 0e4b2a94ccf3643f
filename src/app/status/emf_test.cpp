#include "app/status/emf.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "app/status/sample_readings.hpp"

namespace moretta::app {
namespace {

class Emf : public testing::Test {
 protected:
  simdjson::dom::element parsed(const Readings& readings) {
    text = writer.line(readings);
    return parser.parse(text);
  }

  EmfWriter writer{sample_facts()};
  simdjson::dom::parser parser;
  std::string text;
};

TEST_F(Emf, declares_every_value_once_under_the_queue) {
  const auto root = parsed(sample_readings());

  const auto directive = root["_aws"]["CloudWatchMetrics"].at(0);
  EXPECT_EQ(std::string_view(directive["Dimensions"].at(0).at(0)), "queue");
  EXPECT_EQ(std::string_view(root["queue"]), "logins");
  EXPECT_EQ(std::int64_t(root["_aws"]["Timestamp"]), 1'700'000'100'000);
  std::size_t declared = 0;
  for (const auto metric : directive["Metrics"]) {
    ++declared;
    EXPECT_EQ(root[std::string_view(metric["Name"])].error(), simdjson::SUCCESS);
  }
  EXPECT_EQ(declared, 17U) << "with the conflicts";
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST_F(Emf, gives_counts_since_the_line_before) {
  parsed(sample_readings());
  Readings later = sample_readings();
  later.totals.received += 5;
  later.totals.stored += 5;

  const auto root = parsed(later);

  EXPECT_EQ(root["received"].get<double>().value(), 5);
  EXPECT_EQ(root["quarantined"].get<double>().value(), 0);
  EXPECT_EQ(root["in_flight"].get<double>().value(), 10) << "what is in flight now";
  EXPECT_EQ(root["lag"].error(), simdjson::NO_SUCH_FIELD) << "nothing was stored meanwhile";
}

TEST_F(Emf, counts_conflicts_where_there_are_any) {
  Readings none = sample_readings();
  none.totals.conflicts = 0;
  EXPECT_EQ(parsed(none)["conflicts"].error(), simdjson::NO_SUCH_FIELD);
  const Readings later = sample_readings();

  EXPECT_EQ(parsed(later)["conflicts"].get<double>().value(), 3);
  EXPECT_EQ(parsed(later)["conflicts"].get<double>().value(), 0);
}

TEST_F(Emf, gives_times_as_values_with_their_counts) {
  const auto root = parsed(sample_readings());

  EXPECT_GE(root["lag"]["Values"].at(0).get<double>().value(), 1500);
  EXPECT_EQ(std::int64_t(root["lag"]["Counts"].at(0)), 1);
  EXPECT_EQ(root["write"]["Values"].get_array().size(), 2U);
}

// The same names: what watches a worker watches a function.
TEST_F(Emf, of_a_function_is_a_part_of_a_workers) {
  const auto worker = parsed(sample_readings());
  EmfWriter function_writer(sample_facts(), EmfBody::function);
  simdjson::dom::parser function_parser;

  const std::string line = function_writer.line(sample_readings());

  const auto function = function_parser.parse(line);
  std::size_t declared = 0;
  for (const auto metric : function["_aws"]["CloudWatchMetrics"].at(0)["Metrics"]) {
    const auto name = std::string_view(metric["Name"]);
    ++declared;
    EXPECT_EQ(worker[name].error(), simdjson::SUCCESS) << name;
    EXPECT_EQ(simdjson::to_string(function[name]), simdjson::to_string(worker[name])) << name;
  }
  EXPECT_EQ(declared, 11U) << "with the conflicts";
  EXPECT_EQ(function["standstill"].error(), simdjson::NO_SUCH_FIELD);
}

TEST_F(Emf, says_when_lanes_and_counters_do_not_agree) {
  Readings readings = sample_readings();
  readings.lanes[0].messages = 7;

  EXPECT_EQ(parsed(readings)["untracked"].get<double>().value(), 3);
}

}  // namespace
}  // namespace moretta::app
