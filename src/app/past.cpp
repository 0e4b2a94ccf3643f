#include "app/past.hpp"

#include <algorithm>
#include <utility>

#include "base/ensure.hpp"

namespace moretta::app {

namespace {

bool is_any(const RejectCounts& counts) {
  return std::ranges::any_of(counts, [](std::int64_t count) { return count > 0; });
}

void add(RejectCounts& to, const RejectCounts& counts) {
  for (std::size_t reason = 0; reason < reason_count; ++reason) {
    to[reason] += counts[reason];
  }
}

}  // namespace

std::vector<std::string> columns_with(const Past& past, std::vector<std::string> columns) {
  for (std::size_t i = 0; i < past.columns.size(); ++i) {
    if (is_any(past.readings.rejects[i]) &&
        std::ranges::find(columns, past.columns[i]) == columns.end()) {
      columns.push_back(past.columns[i]);
    }
  }
  return columns;
}

Readings together(const Past& past, Readings now, const std::vector<std::string>& columns) {
  ENSURE(!now.rejects.empty() && now.rejects.size() <= columns.size() + 1);
  const RejectCounts of_whole = std::exchange(now.rejects.back(), {});
  now.rejects.resize(columns.size() + 1);
  add(now.rejects.back(), of_whole);
  for (std::size_t i = 0; i < past.readings.rejects.size(); ++i) {
    // What is no column's fault stands last, and its place has no name.
    const auto found =
        i < past.columns.size() ? std::ranges::find(columns, past.columns[i]) : columns.end();
    add(now.rejects[static_cast<std::size_t>(found - columns.begin())], past.readings.rejects[i]);
  }
  now.totals += past.readings.totals;
  now.times += past.readings.times;
  now.sqs += past.readings.sqs;
  now.sink.connections += past.reconnects;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    now.earlier_phase_ns.at(phase) += past.readings.earlier_phase_ns.at(phase);
  }
  return now;
}

void pass(Past& past, Readings last, std::vector<std::string> columns, int lanes,
          std::deque<Moment> history) {
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    last.earlier_phase_ns.at(phase) = phase_ns(last, static_cast<Phase>(phase));
  }
  last.lanes.clear();
  past.reconnects = std::max<std::int64_t>(0, last.sink.connections - lanes);
  past.readings = std::move(last);
  past.columns = std::move(columns);
  past.history = std::move(history);
}

}  // namespace moretta::app
