#pragma once

// One line on a terminal that says how far it has come; redrawn in place.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "core/ports.hpp"
#include "core/tally.hpp"

namespace moretta::app {

struct ProgressState {
  Totals totals{};
  std::optional<Depth> depth{};       // unknown until the queue has said
  std::int64_t done_since_depth = 0;  // the depth is asked for less often than the line is drawn
  double seconds = 0;
  double rate = 0;                 // messages a second, lately
  std::string_view waiting_for{};  // "queue" or "database" in an outage; empty otherwise
};

// At most `width` columns. With a known depth: a bar, the share done, the rate and the time left.
std::string progress_line(const ProgressState& state, int width);

// Messages a second over the last few readings.
class Rate {
 public:
  double learn(std::int64_t received, SteadyTime now);

 private:
  std::int64_t received_ = 0;
  SteadyTime at_{};
  double rate_ = 0;
  bool has_reading_ = false;
};

}  // namespace moretta::app
