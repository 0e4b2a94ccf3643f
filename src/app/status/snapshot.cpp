#include "app/status/snapshot.hpp"

#include <algorithm>
#include <utility>

namespace moretta::app {

namespace {

// Bounds are powers of two of the histogram's unit: the same at every reading, and every one of
// them is a bound of the finer buckets that are counted.
struct Range {
  unsigned first_power;
  unsigned last_power;
  double unit;  // in that of the metric
};
constexpr Range stage_range{.first_power = 8, .last_power = 36, .unit = 1e-9};  // 256 ns to 69 s
constexpr Range lag_range{.first_power = 2, .last_power = 31, .unit = 1e-3};    // 4 ms to 25 days
constexpr Range turn_range{.first_power = 0, .last_power = 13, .unit = 1};      // 1 to 8192

Distribution distribution_of(const HistogramCounts& counts, const Range& range) {
  Distribution made{.count = counts.count, .sum = static_cast<double>(counts.sum) * range.unit};
  std::size_t bucket = 0;
  for (unsigned power = range.first_power; power <= range.last_power; ++power) {
    const std::uint64_t bound = std::uint64_t{1} << power;
    std::int64_t within = 0;
    while (bucket < histogram_buckets && histogram_bucket_max(bucket) <= bound) {
      within += counts.buckets[bucket++];
    }
    made.bounds.push_back(static_cast<double>(bound) * range.unit);
    made.counts.push_back(within);
  }
  std::int64_t above = 0;
  for (; bucket < histogram_buckets; ++bucket) {
    above += counts.buckets[bucket];
  }
  made.counts.push_back(above);
  return made;
}

class Collector {
 public:
  void add(Metric metric, double value, std::vector<Label> labels = {}) {
    series_.push_back({.metric = metric, .labels = std::move(labels), .value = value});
  }
  void add(Metric metric, std::int64_t value, std::vector<Label> labels = {}) {
    add(metric, static_cast<double>(value), std::move(labels));
  }
  void add(Metric metric, const HistogramCounts& counts, const Range& range,
           std::vector<Label> labels = {}) {
    series_.push_back({.metric = metric,
                       .labels = std::move(labels),
                       .distribution = distribution_of(counts, range)});
  }

  std::vector<Series> take() {
    std::ranges::stable_sort(series_, {}, &Series::metric);
    return std::move(series_);
  }

 private:
  std::vector<Series> series_;
};

void add_messages(const Readings& readings, Collector& out) {
  const Totals& totals = readings.totals;
  out.add(Metric::messages_received, totals.received);
  for (const auto& [outcome, count] : {std::pair{"stored", totals.stored},
                                       {"duplicate", totals.duplicate},
                                       {"quarantined", totals.quarantined},
                                       {"returned", totals.returned}}) {
    out.add(Metric::messages, count, {{"outcome", outcome}});
  }
  out.add(Metric::messages_in_flight, totals.in_flight());
  out.add(Metric::messages_unsettled, totals.unsettled);
  out.add(Metric::key_conflicts, totals.conflicts);
  out.add(Metric::turns, totals.turns);
  out.add(Metric::messages_held, readings.times.held);
}

void add_rejects(const JobFacts& facts, const Readings& readings, Collector& out) {
  for (std::size_t column = 0; column < readings.rejects.size(); ++column) {
    for (std::size_t reason = 0; reason < reason_count; ++reason) {
      const std::int64_t count = readings.rejects[column][reason];
      // The one that somebody is woken for exists from the start: a rate misses a first appearance.
      if (count > 0 || static_cast<Reason>(reason) == Reason::mask_failed) {
        out.add(Metric::rejects, count,
                {{"reason", std::string(reason_code(static_cast<Reason>(reason)))},
                 {"column", column < facts.columns.size() ? facts.columns[column] : ""}});
      }
    }
  }
}

void add_times(const Readings& readings, Collector& out) {
  const StageTimes& times = readings.times;
  const auto stage = [&](const char* name, const HistogramCounts& counts) {
    out.add(Metric::stage_seconds, counts, stage_range, {{"stage", name}});
  };
  stage("receive", times.receive);
  stage("decode", times.decode);
  stage("mask", times.mask);
  stage("write", times.write);
  stage("settle", times.settle);
  out.add(Metric::lag_seconds, times.lag, lag_range);
  out.add(Metric::turn_messages, times.turn, turn_range);
  out.add(Metric::turn_seconds, times.span, stage_range);
}

void add_lanes(const Readings& readings, Collector& out) {
  std::optional<WallTime> oldest;
  std::int64_t messages = 0;
  for (const LaneReading& lane : readings.lanes) {
    messages += lane.messages;
    oldest = lane.oldest && (!oldest || *lane.oldest < *oldest) ? lane.oldest : oldest;
  }
  out.add(Metric::lane_messages, messages);
  for (std::size_t i = 0; i < phase_count; ++i) {
    const auto phase = static_cast<Phase>(i);
    const std::vector<Label> label = {{"phase", std::string(phase_name(phase))}};
    out.add(Metric::lane_seconds, static_cast<double>(phase_ns(readings, phase)) * 1e-9, label);
    out.add(Metric::lanes, std::ranges::count(readings.lanes, phase, &LaneReading::phase), label);
  }
  const auto age = oldest ? std::max(readings.wall - *oldest, Millis{0}) : Millis{0};
  out.add(Metric::oldest_message_age, std::chrono::duration<double>(age).count());
  out.add(Metric::standstill, std::chrono::duration<double>(standstill(readings)).count());
}

void add_queue(const Readings& readings, Collector& out) {
  if (readings.depth) {
    out.add(Metric::queue_messages, readings.depth->visible, {{"state", "visible"}});
    out.add(Metric::queue_messages, readings.depth->in_flight, {{"state", "in_flight"}});
    out.add(Metric::queue_messages, readings.depth->delayed, {{"state", "delayed"}});
  }
  for (std::size_t i = 0; i < readings.sqs.requests.size(); ++i) {
    out.add(Metric::sqs_requests, readings.sqs.requests[i],
            {{"operation", std::string(aws::counted_operations[i])}});
  }
  out.add(Metric::sqs_empty_receives, readings.sqs.empty_receives);
  out.add(Metric::sqs_failures, readings.sqs.failures);
  if (const auto usd = usd_per_million_messages(readings)) {
    out.add(Metric::sqs_usd_per_million, *usd);
  }
}

void add_database(const JobFacts& facts, const Readings& readings, Collector& out) {
  const pg::SinkReading& sink = readings.sink;
  out.add(Metric::database_reconnects, std::max<std::int64_t>(0, sink.connections - facts.lanes));
  for (const auto& [table, rows] : {std::pair{"ledger", sink.ledger_rows},
                                    {"vault", sink.vault_rows},
                                    {"quarantine", sink.quarantine_rows}}) {
    if (rows >= 0) {
      out.add(Metric::table_rows, rows, {{"table", table}});
    }
  }
}

}  // namespace

std::vector<Series> snapshot(const JobFacts& facts, const Readings& readings) {
  Collector out;
  add_messages(readings, out);
  add_rejects(facts, readings, out);
  add_times(readings, out);
  add_lanes(readings, out);
  add_queue(readings, out);
  add_database(facts, readings, out);
  out.add(Metric::outage, std::int64_t{readings.away.queue}, {{"of", "queue"}});
  out.add(Metric::outage, std::int64_t{readings.away.database}, {{"of", "database"}});
  out.add(Metric::failures, readings.times.failed_receives, {{"side", "queue"}});
  out.add(Metric::failures, readings.times.failed_writes, {{"side", "database"}});
  if (facts.key_id > 0) {
    out.add(Metric::key_info, 1.0, {{"key_id", std::to_string(facts.key_id)}});
  }
  out.add(Metric::build_info, 1.0, {{"version", facts.version}, {"config", facts.fingerprint}});
  out.add(Metric::process_cpu, readings.process.cpu_seconds);
  out.add(Metric::process_memory, readings.process.resident_bytes);
  out.add(Metric::process_files, readings.process.open_files);
  out.add(Metric::process_start,
          std::chrono::duration<double>(readings.wall.time_since_epoch()).count() -
              readings.uptime_seconds);
  return out.take();
}

}  // namespace moretta::app
