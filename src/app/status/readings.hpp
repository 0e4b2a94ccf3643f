#pragma once

// All that can be measured of a job at one moment: what metrics, status page and logs are made of.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "aws/sqs_usage.hpp"
#include "base/heartbeat.hpp"
#include "core/lane_meter.hpp"
#include "core/ports.hpp"
#include "core/tally.hpp"
#include "pg/sink_figures.hpp"

namespace moretta::app {

// What does not change while the job runs.
struct JobFacts {
  std::string version;
  std::string fingerprint;  // of the configuration
  std::string queue;        // for people
  std::string table;
  std::vector<std::string> columns;  // of the table, in the mapping's order
  int key_id = 0;                    // that makes tokens; 0: none is needed
  int lanes = 0;
};

// Who the job waits for.
struct Away {
  bool queue = false;
  bool database = false;

  bool operator==(const Away&) const = default;
};

struct Process {
  double cpu_seconds = 0;
  std::int64_t resident_bytes = 0;
  std::int64_t open_files = 0;
};

// Of this process, as the kernel has it.
Process process_now();

struct Readings {
  WallTime wall{};
  SteadyTime steady{};
  double uptime_seconds = 0;
  Totals totals{};
  std::vector<RejectCounts> rejects{};  // one for each column, and one for no column's fault
  StageTimes times{};
  std::vector<LaneReading> lanes{};
  Heartbeats::Round longest_round{};                         // of the loops beside the lanes
  std::array<std::int64_t, phase_count> earlier_phase_ns{};  // of lanes that are no more
  aws::SqsCounts sqs{};
  pg::SinkReading sink{};  // connections of all lanes; rows as the best informed lane knows them
  std::optional<Depth> depth{};
  Away away{};
  Process process{};
};

// Nanoseconds of all lanes in that phase, the one under way included.
std::int64_t phase_ns(const Readings& readings, Phase phase);

// The longest that a lane has been at one thing, apart from idling; the shortest idle if all idle.
std::chrono::nanoseconds lane_standstill(const Readings& readings);

// That, or of a loop beside the lanes if it is longer.
std::chrono::nanoseconds standstill(const Readings& readings);

// Between turns a lane waits 20 s in a long poll and 30 s for its answer; a statement may take a
// minute. Longer than this is no work.
inline constexpr Seconds standstill_max{180};

// What SQS asks for a million requests, in USD: standard queues in us-east-1 after the free tier.
inline constexpr double usd_per_million_requests = 0.40;

// USD for a million messages at the rate of requests so far; nothing before the first message.
std::optional<double> usd_per_million_messages(const Readings& readings);

}  // namespace moretta::app
