#include "app/status/snapshot.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "app/status/sample_readings.hpp"

namespace moretta::app {
namespace {

double value_of(const std::vector<Series>& series, Metric metric, const std::string& label = "") {
  for (const Series& one : series) {
    if (one.metric == metric && (label.empty() || one.labels.front().value == label)) {
      return one.value;
    }
  }
  ADD_FAILURE() << facts_of(metric).name << " " << label << " is missing";
  return -1;
}

TEST(Snapshot, holds_the_conservation_equation) {
  const auto series = snapshot(sample_facts(), sample_readings());

  double ended = value_of(series, Metric::messages_in_flight);
  for (const char* outcome : {"stored", "duplicate", "quarantined", "returned"}) {
    ended += value_of(series, Metric::messages, outcome);
  }

  EXPECT_EQ(value_of(series, Metric::messages_received), ended);
  EXPECT_EQ(value_of(series, Metric::messages_in_flight), value_of(series, Metric::lane_messages));
}

TEST(Snapshot, has_every_metric_of_the_catalogue_once_all_is_known) {
  const auto series = snapshot(sample_facts(), sample_readings());

  std::set<Metric> seen;
  for (const Series& one : series) {
    seen.insert(one.metric);
  }

  for (std::size_t i = 0; i < metric_count; ++i) {
    EXPECT_TRUE(seen.contains(static_cast<Metric>(i))) << metric_catalogue()[i].name;
  }
}

TEST(Snapshot, labels_series_as_the_catalogue_says) {
  for (const Series& one : snapshot(sample_facts(), sample_readings())) {
    std::string names;
    for (const Label& label : one.labels) {
      names += (names.empty() ? "" : ", ") + std::string(label.name);
    }
    EXPECT_EQ(names, facts_of(one.metric).labels) << facts_of(one.metric).name;
  }
}

TEST(Snapshot, keeps_every_value_of_a_histogram_in_its_bucket) {
  const auto series = snapshot(sample_facts(), sample_readings());
  const auto write = std::ranges::find_if(series, [](const Series& one) {
    return one.metric == Metric::stage_seconds && one.labels.front().value == "write";
  });

  ASSERT_NE(write, series.end());
  const Distribution& values = write->distribution;
  EXPECT_EQ(values.count, 2);
  EXPECT_NEAR(values.sum, 0.903, 1e-9);
  std::int64_t all = 0;
  for (std::size_t i = 0; i < values.counts.size(); ++i) {
    all += values.counts[i];
    if (values.counts[i] > 0) {
      ASSERT_LT(i, values.bounds.size());
      EXPECT_TRUE(values.bounds[i] > 0.003 && values.bounds[i - 1] < 0.9) << values.bounds[i];
    }
  }
  EXPECT_EQ(all, 2);
}

TEST(Snapshot, counts_only_connections_after_each_lanes_first_as_reconnects) {
  Readings readings = sample_readings();

  readings.sink.connections = 1;  // the second lane has not connected yet

  EXPECT_EQ(value_of(snapshot(sample_facts(), sample_readings()), Metric::database_reconnects), 1);
  EXPECT_EQ(value_of(snapshot(sample_facts(), readings), Metric::database_reconnects), 0);
}

TEST(Snapshot, asks_the_price_of_a_million_messages) {
  // 30 requests for 100 messages at 0.40 USD for a million requests.
  EXPECT_NEAR(value_of(snapshot(sample_facts(), sample_readings()), Metric::sqs_usd_per_million),
              0.12, 1e-9);
}

TEST(Standstill, is_that_of_the_lane_or_loop_that_has_been_longest_at_one_thing) {
  Readings readings = sample_readings();
  EXPECT_EQ(standstill(readings), Seconds{10});

  for (LaneReading& lane : readings.lanes) {
    lane.phase = Phase::idle;
  }
  EXPECT_EQ(standstill(readings), Seconds{3}) << "idle lanes wait for the one that watches";

  readings.longest_round.time = Seconds{4};
  EXPECT_EQ(standstill(readings), Seconds{4});
  EXPECT_EQ(lane_standstill(readings), Seconds{3});
}

}  // namespace
}  // namespace moretta::app
