#pragma once

// What the stages did between two readings: rates, times, how busy each was. For people: the page,
// `top` and the history.

#include <array>
#include <string_view>

#include "app/status/readings.hpp"

namespace moretta::app {

enum class Stage { receive, decode, mask, write, settle };
inline constexpr std::size_t stage_count = 5;

std::string_view stage_name(Stage stage);

struct StageFlow {
  double rate = 0;  // messages a second
  double p50_ms = 0;
  double p99_ms = 0;
  double utilisation = 0;   // share of the lanes' time
  std::int64_t errors = 0;  // since the start
};

struct Flow {
  double seconds = 0;
  double rate = 0;    // messages that ended, a second
  double stored = 0;  // a second
  double rejects = 0;
  double lag_p50 = 0;  // seconds
  double lag_p99 = 0;
  double hold = 0;  // share of the lanes' time
  double wait = 0;  // likewise, of idling and long polls
  std::array<StageFlow, stage_count> stages{};

  [[nodiscard]] const StageFlow& of(Stage stage) const {
    return stages.at(static_cast<std::size_t>(stage));
  }
};

// REQUIRED: `after` is later than `before`, of the same job.
Flow flow_between(const Readings& before, const Readings& after);

// Where back-pressure starts: the busiest stage if the lanes hardly wait for messages; else empty.
std::string_view bottleneck(const Flow& flow);

}  // namespace moretta::app
