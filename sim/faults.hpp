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
  receive_throttled,   // likewise, and for some seconds on
  receive_reply_lost,  // the queue lent the messages, the lane never sees them
  receive_short,
  receive_false_empty,
  received_out_of_order,
  delivered_twice,
  lease_short,  // a message becomes visible again while it is still being worked on
  delete_fails,
  stale_delete_works,  // a receipt of an earlier receive deletes after all
  hold_fails,
  connection_lost_before_commit,
  connection_lost_after_commit,
  table_stalls,    // longer than a lease, at times
  table_away,      // for minutes
  failover,        // the answer to a commit is lost, then nobody answers for a minute
  worker_crashes,  // all its lanes, in the middle of whatever they did; another is started
  worker_stops,    // as by SIGTERM; another is started
};

inline constexpr std::size_t fault_kinds = 18;

inline constexpr std::array<std::string_view, fault_kinds> fault_names = {
    "receive_fails",
    "receive_throttled",
    "receive_reply_lost",
    "receive_short",
    "receive_false_empty",
    "received_out_of_order",
    "delivered_twice",
    "lease_short",
    "delete_fails",
    "stale_delete_works",
    "hold_fails",
    "connection_lost_before_commit",
    "connection_lost_after_commit",
    "table_stalls",
    "table_away",
    "failover",
    "worker_crashes",
    "worker_stops"};

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

  [[nodiscard]] Random& random() { return random_; }

  void end() { is_over_ = true; }
  [[nodiscard]] const std::array<std::int64_t, fault_kinds>& counts() const { return counts_; }

 private:
  SeededRandom& random_;
  std::array<double, fault_kinds> rates_{};
  std::array<std::int64_t, fault_kinds> counts_{};
  bool is_over_ = false;
};

}  // namespace moretta::sim
