#include "app/status/prometheus.hpp"

#include <optional>

#include <fmt/format.h>

namespace moretta::app {

namespace {

void append_escaped(std::string_view value, std::string& out) {
  for (const char c : value) {
    if (c == '\\' || c == '"') {
      out.push_back('\\');
    }
    out += c == '\n' ? std::string_view("\\n") : std::string_view(&c, 1);
  }
}

// {a="1",b="2"}, with `more` as the last one; nothing if there are none.
std::string label_text(std::span<const Label> labels, std::string_view more = {}) {
  std::string text;
  for (const Label& label : labels) {
    text += fmt::format("{}{}=\"", text.empty() ? "" : ",", label.name);
    append_escaped(label.value, text);
    text.push_back('"');
  }
  if (!more.empty()) {
    text += (text.empty() ? "" : ",") + std::string(more);
  }
  return text.empty() ? text : "{" + text + "}";
}

void append_distribution(std::string_view name, const Series& series, std::string& out) {
  const Distribution& values = series.distribution;
  std::int64_t cumulative = 0;
  for (std::size_t i = 0; i < values.counts.size(); ++i) {
    cumulative += values.counts[i];
    const std::string bound =
        i < values.bounds.size() ? fmt::format("le=\"{}\"", values.bounds[i]) : "le=\"+Inf\"";
    out += fmt::format("{}_bucket{} {}\n", name, label_text(series.labels, bound), cumulative);
  }
  const std::string labels = label_text(series.labels);
  out += fmt::format("{}_sum{} {}\n{}_count{} {}\n", name, labels, values.sum, name, labels,
                     values.count);
}

}  // namespace

std::string prometheus_text(std::span<const Series> series) {
  std::string out;
  std::optional<Metric> last;
  for (const Series& one : series) {
    const MetricFacts& facts = facts_of(one.metric);
    if (last != one.metric) {
      last = one.metric;
      out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", facts.name, facts.help, facts.name,
                         type_word(facts.type));
    }
    if (facts.type == MetricType::histogram) {
      append_distribution(facts.name, one, out);
    } else {
      out += fmt::format("{}{} {}\n", facts.name, label_text(one.labels), one.value);
    }
  }
  return out;
}

}  // namespace moretta::app
