#pragma once

// Readings as series of the catalogue, whatever they are written as: Prometheus text, CloudWatch's
// embedded format, OTLP.

#include <string>
#include <string_view>
#include <vector>

#include "app/status/metric.hpp"
#include "app/status/readings.hpp"

namespace moretta::app {

struct Label {
  std::string_view name;
  std::string value;

  bool operator==(const Label&) const = default;
};

// Bucket bounds and sum in the metric's unit; counts as they are, not cumulative.
struct Distribution {
  std::vector<double> bounds{};        // ascending; the last bucket is what lies above
  std::vector<std::int64_t> counts{};  // one more than bounds
  std::int64_t count = 0;
  double sum = 0;
};

struct Series {
  Metric metric;
  std::vector<Label> labels{};
  double value = 0;
  Distribution distribution{};  // of histograms, instead of the value
};

// In the order of the catalogue.
std::vector<Series> snapshot(const JobFacts& facts, const Readings& readings);

}  // namespace moretta::app
