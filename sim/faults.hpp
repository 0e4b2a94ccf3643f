#pragma once

// What goes wrong in one run. Each seed draws a subset of the kinds and a rate for each (swarm
// testing: a run with few kinds reaches states that a run with all of them never does).

#include <array>
#include <cstdint>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace moretta::sim {

enum class Fault {
  receive_fails,
  receive_short,
  receive_false_empty,
  delivered_twice,
  lease_short,  // a message becomes visible again while it is still being worked on
  delete_fails,
  hold_fails,
  connection_lost_before_commit,
  connection_lost_after_commit,
  table_stalls,
  table_away,      // for minutes: longer than a lease
  worker_crashes,  // the lane is gone in the middle of whatever it did; another takes its place
};

inline constexpr std::size_t fault_kinds = 12;

inline constexpr std::array<std::string_view, fault_kinds> fault_names = {
    "receive_fails",
    "receive_short",
    "receive_false_empty",
    "delivered_twice",
    "lease_short",
    "delete_fails",
    "hold_fails",
    "connection_lost_before_commit",
    "connection_lost_after_commit",
    "table_stalls",
    "table_away",
    "worker_crashes"};

class Faults {
 public:
  explicit Faults(SeededRandom& random) : random_(random) {
    for (double& rate : rates_) {
      rate = random_.unit() < 0.4 ? 0.3 * random_.unit() : 0;
    }
  }

  // Whether this fault happens now.
  bool strikes(Fault fault) {
    const auto kind = static_cast<std::size_t>(fault);
    if (is_over_ || random_.unit() >= rates_[kind]) {
      return false;
    }
    ++counts_[kind];
    return true;
  }

  // How long it lasts.
  Millis length(Millis max) {
    return Millis{static_cast<std::int64_t>(random_.unit() * static_cast<double>(max.count()))};
  }

  void end() { is_over_ = true; }
  [[nodiscard]] const std::array<std::int64_t, fault_kinds>& counts() const { return counts_; }

 private:
  SeededRandom& random_;
  std::array<double, fault_kinds> rates_{};
  std::array<std::int64_t, fault_kinds> counts_{};
  bool is_over_ = false;
};

}  // namespace moretta::sim
