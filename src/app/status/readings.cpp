#include "app/status/readings.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>

#include <sys/resource.h>
#include <unistd.h>

namespace moretta::app {

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

std::int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t all_pages = 0;
  std::int64_t resident_pages = 0;
  statm >> all_pages >> resident_pages;
  return resident_pages * ::sysconf(_SC_PAGESIZE);
}

std::int64_t open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/self/fd", error);
  return error ? 0 : std::distance(begin(entries), end(entries));
}

}  // namespace

Process process_now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
          .resident_bytes = resident_bytes(),
          .open_files = open_files()};
}

std::int64_t phase_ns(const Readings& readings, Phase phase) {
  std::int64_t sum = readings.earlier_phase_ns.at(static_cast<std::size_t>(phase));
  for (const LaneReading& lane : readings.lanes) {
    sum += lane.phase_ns[static_cast<std::size_t>(phase)];
    if (lane.phase == phase && lane.since != SteadyTime{}) {
      sum += (readings.steady - lane.since).count();
    }
  }
  return sum;
}

std::chrono::nanoseconds lane_standstill(const Readings& readings) {
  std::chrono::nanoseconds busy{0};
  auto idle = std::chrono::nanoseconds::max();
  for (const LaneReading& lane : readings.lanes) {
    const auto so_far =
        lane.since == SteadyTime{} ? std::chrono::nanoseconds{0} : readings.steady - lane.since;
    if (lane.phase == Phase::idle) {
      idle = std::min(idle, so_far);
    } else {
      busy = std::max(busy, so_far);
    }
  }
  const bool all_idle = std::ranges::all_of(
      readings.lanes, [](const LaneReading& lane) { return lane.phase == Phase::idle; });
  return all_idle && !readings.lanes.empty() ? idle : busy;
}

std::chrono::nanoseconds standstill(const Readings& readings) {
  return std::max(lane_standstill(readings), readings.longest_round.time);
}

std::optional<double> usd_per_million_messages(const Readings& readings) {
  if (readings.totals.received == 0) {
    return std::nullopt;
  }
  const auto& requests = readings.sqs.requests;
  const auto all = std::accumulate(requests.begin(), requests.end(), std::int64_t{0});
  return usd_per_million_requests * static_cast<double>(all) /
         static_cast<double>(readings.totals.received);
}

}  // namespace moretta::app
