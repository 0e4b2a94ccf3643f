#include "app/status/otlp.hpp"

#include <cmath>
#include <string_view>

#include "app/status/otlp_json.hpp"

namespace moretta::app {

namespace {

constexpr int cumulative = 2;  // AGGREGATION_TEMPORALITY_CUMULATIVE

std::string nanoseconds(WallTime time) {
  return fmt::format("{}", std::chrono::nanoseconds(time.time_since_epoch()).count());
}

// All digits: a count of millions must not lose its last ones.
void exact(std::string_view name, double value, JsonWriter& out) {
  out.key(name).json(std::isfinite(value) ? fmt::format("{}", value) : "0");
}

class MetricsWriter {
 public:
  MetricsWriter(const Readings& readings)
      : now_(nanoseconds(readings.wall)),
        start_(nanoseconds(readings.wall -
                           Millis(static_cast<std::int64_t>(readings.uptime_seconds * 1000)))) {}

  // Series of one metric stand together.
  void write(std::span<const Series> series, JsonWriter& out) const {
    for (std::size_t i = 0; i < series.size();) {
      std::size_t end = i + 1;
      while (end < series.size() && series[end].metric == series[i].metric) {
        ++end;
      }
      write_metric(series.subspan(i, end - i), out);
      i = end;
    }
  }

 private:
  void write_metric(std::span<const Series> series, JsonWriter& out) const {
    const MetricFacts& facts = facts_of(series.front().metric);
    out.object().member("name", facts.name).member("description", facts.help);
    out.member("unit", unit_of(facts));
    switch (facts.type) {
      case MetricType::counter:
        out.key("sum").object().member("aggregationTemporality", cumulative);
        out.member("isMonotonic", true);
        break;
      case MetricType::gauge:
        out.key("gauge").object();
        break;
      case MetricType::histogram:
        out.key("histogram").object().member("aggregationTemporality", cumulative);
        break;
    }
    out.key("dataPoints").array();
    for (const Series& one : series) {
      write_point(one, facts.type, out);
    }
    out.end_array().end_object().end_object();
  }

  // UCUM, as OpenTelemetry asks for: what is counted stands in braces.
  static std::string unit_of(const MetricFacts& facts) {
    if (facts.unit == "seconds") {
      return "s";
    }
    if (facts.unit == "bytes") {
      return "By";
    }
    return facts.unit.empty() ? "1" : fmt::format("{{{}}}", facts.unit);
  }

  void write_point(const Series& series, MetricType type, JsonWriter& out) const {
    out.object().member("startTimeUnixNano", start_).member("timeUnixNano", now_);
    out.key("attributes").array();
    for (const Label& label : series.labels) {
      otlp_attribute(label.name, label.value, out);
    }
    out.end_array();
    if (type != MetricType::histogram) {
      exact("asDouble", series.value, out);
      out.end_object();
      return;
    }
    const Distribution& distribution = series.distribution;
    out.member("count", fmt::format("{}", distribution.count));
    exact("sum", distribution.sum, out);
    out.key("bucketCounts").array();
    for (const std::int64_t count : distribution.counts) {
      out.value(fmt::format("{}", count));
    }
    out.end_array().key("explicitBounds").array();
    for (const double bound : distribution.bounds) {
      out.json(fmt::format("{}", bound));
    }
    out.end_array().end_object();
  }

  std::string now_;
  std::string start_;
};

}  // namespace

std::string otlp_metrics(const JobFacts& facts, const Readings& readings,
                         std::span<const Series> series) {
  JsonWriter out;
  otlp_begin(facts, "resourceMetrics", "scopeMetrics", "metrics", out);
  MetricsWriter(readings).write(series, out);
  return otlp_end(out);
}

}  // namespace moretta::app
