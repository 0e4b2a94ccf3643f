#pragma once

// The catalogue of metrics: every name that moretta exports, with its type, unit, labels and
// meaning. docs/metrics.md is made from it (a test holds the two together).

#include <span>
#include <string_view>

namespace moretta::app {

enum class MetricType { counter, gauge, histogram };

enum class Metric {
  messages_received,
  messages,
  messages_in_flight,
  lane_messages,
  messages_unsettled,
  key_conflicts,
  rejects,
  turns,
  turn_messages,
  turn_seconds,
  stage_seconds,
  lag_seconds,
  oldest_message_age,
  lane_seconds,
  lanes,
  standstill,
  outage,
  failures,
  messages_held,
  queue_messages,
  sqs_requests,
  sqs_empty_receives,
  sqs_failures,
  sqs_usd_per_million,
  database_reconnects,
  table_rows,
  key_info,
  build_info,
  process_cpu,
  process_memory,
  process_files,
  process_start,
};
inline constexpr std::size_t metric_count = 32;

struct MetricFacts {
  std::string_view name;
  MetricType type;
  std::string_view unit;
  std::string_view labels;  // for people: "outcome", "reason, column"; never from a message
  std::string_view help;    // one sentence without a period at its end
};

const MetricFacts& facts_of(Metric metric);
std::span<const MetricFacts> metric_catalogue();  // in the order of Metric
std::string_view type_word(MetricType type);

}  // namespace moretta::app
