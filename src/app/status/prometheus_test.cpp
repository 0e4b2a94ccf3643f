#include "app/status/prometheus.hpp"

#include <gtest/gtest.h>

#include "app/status/sample_readings.hpp"

namespace moretta::app {
namespace {

TEST(PrometheusText, says_what_a_metric_is_before_its_series) {
  const std::vector<Series> series = {
      {.metric = Metric::messages, .labels = {{"outcome", "stored"}}, .value = 3},
      {.metric = Metric::messages, .labels = {{"outcome", "returned"}}, .value = 1234567}};

  const std::string text = prometheus_text(series);

  const MetricFacts& facts = facts_of(Metric::messages);
  EXPECT_EQ(text, "# HELP moretta_messages_total " + std::string(facts.help) +
                      "\n# TYPE moretta_messages_total counter\n"
                      "moretta_messages_total{outcome=\"stored\"} 3\n"
                      "moretta_messages_total{outcome=\"returned\"} 1234567\n");
}

TEST(PrometheusText, makes_buckets_cumulative_and_ends_them_with_infinity) {
  const std::vector<Series> series = {
      {.metric = Metric::lag_seconds,
       .distribution = {.bounds = {0.5, 1}, .counts = {2, 3, 4}, .count = 9, .sum = 12.5}}};

  const std::string text = prometheus_text(series);

  EXPECT_NE(text.find("moretta_lag_seconds_bucket{le=\"0.5\"} 2\n"
                      "moretta_lag_seconds_bucket{le=\"1\"} 5\n"
                      "moretta_lag_seconds_bucket{le=\"+Inf\"} 9\n"
                      "moretta_lag_seconds_sum 12.5\n"
                      "moretta_lag_seconds_count 9\n"),
            std::string::npos)
      << text;
}

TEST(PrometheusText, escapes_what_would_end_a_label) {
  const std::vector<Series> series = {{.metric = Metric::rejects,
                                       .labels = {{"reason", "too_long"}, {"column", "a\"\\\nb"}},
                                       .value = 1}};

  EXPECT_NE(prometheus_text(series).find(R"(column="a\"\\\nb"} 1)"), std::string::npos);
}

TEST(PrometheusText, names_each_metric_once) {
  const std::string text = prometheus_text(snapshot(sample_facts(), sample_readings()));

  for (const MetricFacts& facts : metric_catalogue()) {
    const std::string type = "# TYPE " + std::string(facts.name) + " ";
    const std::size_t first = text.find(type);
    ASSERT_NE(first, std::string::npos) << type;
    EXPECT_EQ(text.find(type, first + 1), std::string::npos) << type;
  }
}

}  // namespace
}  // namespace moretta::app
