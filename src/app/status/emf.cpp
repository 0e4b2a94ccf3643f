#include "app/status/emf.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "app/status/json_writer.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t values_max = 100;  // of one metric in one line

// The declarations go in front of the values, so both are gathered first.
class Line {
 public:
  void add(std::string_view name, std::string_view unit, double value) {
    declare(name, unit);
    values_.emplace_back(name, JsonWriter().value(value).take());
  }
  void add(std::string_view name, std::string_view unit, std::int64_t value) {
    add(name, unit, static_cast<double>(value));
  }

  // Each bucket as its upper bound, so often as it was met: CloudWatch makes percentiles of them.
  void add(std::string_view name, std::string_view unit, const HistogramCounts& counts,
           double scale) {
    JsonWriter bounds;
    JsonWriter numbers;
    bounds.array();
    numbers.array();
    std::size_t used = 0;
    for (std::size_t i = 0; i < histogram_buckets && used < values_max; ++i) {
      if (counts.buckets[i] > 0) {
        ++used;
        bounds.value(static_cast<double>(histogram_bucket_max(i)) * scale);
        numbers.value(counts.buckets[i]);
      }
    }
    if (used > 0) {
      declare(name, unit);
      values_.emplace_back(name,
                           fmt::format(R"({{"Values":{},"Counts":{}}})", bounds.end_array().text(),
                                       numbers.end_array().text()));
    }
  }

  [[nodiscard]] std::string text(const JobFacts& facts, WallTime time) const {
    std::string line = fmt::format(
        R"({{"_aws":{{"Timestamp":{},"CloudWatchMetrics":[{{"Namespace":"moretta","Dimensions":[["queue"]],)"
        R"("Metrics":[{}]}}]}},"queue":{},"version":{})",
        time.time_since_epoch().count(), declarations_, json_string(facts.queue),
        json_string(facts.version));
    for (const auto& [name, value] : values_) {
      line += fmt::format(",\"{}\":{}", name, value);
    }
    return line + "}";
  }

 private:
  void declare(std::string_view name, std::string_view unit) {
    declarations_ += fmt::format(R"({}{{"Name":"{}","Unit":"{}"}})",
                                 declarations_.empty() ? "" : ",", name, unit);
  }

  std::string declarations_;
  std::vector<std::pair<std::string_view, std::string>> values_;
};

HistogramCounts between(HistogramCounts now, const HistogramCounts& then) {
  now -= then;
  return now;
}

std::int64_t all_of(const auto& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::int64_t in_hand(const Readings& readings) {
  std::int64_t messages = 0;
  for (const LaneReading& lane : readings.lanes) {
    messages += lane.messages;
  }
  return messages;
}

void add_worker(const Readings& now, const Readings& then, Line& line) {
  line.add("in_flight", "Count", now.totals.in_flight());
  line.add("untracked", "Count", std::abs(now.totals.in_flight() - in_hand(now)));
  line.add("sqs_requests", "Count", all_of(now.sqs.requests) - all_of(then.sqs.requests));
  line.add("away_queue", "Count", std::int64_t{now.away.queue});
  line.add("standstill", "Seconds", std::chrono::duration<double>(standstill(now)).count());
  if (now.depth) {
    line.add("queue_visible", "Count", now.depth->visible);
  }
}

}  // namespace

std::string EmfWriter::line(const Readings& now) {
  const Readings& then = last_;
  Line line;
  line.add("received", "Count", now.totals.received - then.totals.received);
  line.add("stored", "Count", now.totals.stored - then.totals.stored);
  line.add("duplicate", "Count", now.totals.duplicate - then.totals.duplicate);
  line.add("quarantined", "Count", now.totals.quarantined - then.totals.quarantined);
  line.add("returned", "Count", now.totals.returned - then.totals.returned);
  if (now.totals.conflicts > 0) {  // each metric is billed, and few tables have a business key
    line.add("conflicts", "Count", now.totals.conflicts - then.totals.conflicts);
  }
  line.add("rejects", "Count", all_of(now.totals.rejects) - all_of(then.totals.rejects));
  constexpr auto mask_failed = static_cast<std::size_t>(Reason::mask_failed);
  line.add("mask_failed", "Count",
           now.totals.rejects[mask_failed] - then.totals.rejects[mask_failed]);
  line.add("lag", "Milliseconds", between(now.times.lag, then.times.lag), 1);
  line.add("write", "Milliseconds", between(now.times.write, then.times.write), 1e-6);
  line.add("away_database", "Count", std::int64_t{now.away.database});
  if (body_ == EmfBody::worker) {
    add_worker(now, then, line);
  }
  last_ = now;
  return line.text(facts_, now.wall);
}

}  // namespace moretta::app
