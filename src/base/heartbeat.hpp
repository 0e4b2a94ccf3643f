#pragma once

// Signs of life of the loops that run beside the lanes, for a watchdog: a loop lives if it comes
// back to its rest. Resting is no standstill, however long.

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace moretta {

class Heartbeat;

// The loops of a process. Thread-safe.
class Heartbeats {
 public:
  struct Round {
    std::string loop{};  // its name; empty: none is at work
    std::chrono::nanoseconds time{0};
  };

  // `clock` outlives it.
  explicit Heartbeats(Clock& clock) : clock_(clock) {}
  Heartbeats(const Heartbeats&) = delete;
  Heartbeats& operator=(const Heartbeats&) = delete;

  // The longest of those under way.
  [[nodiscard]] Round longest_round() const;

 private:
  friend Heartbeat;

  Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<const Heartbeat*> loops_;  // guarded by mutex_
};

// Of one loop, on whose thread it lives: at work from its construction on, but for its rests.
class Heartbeat {
 public:
  // `name`: what the loop does, as in "the manifest keeper has not moved"; a literal. `all`
  // outlives it.
  Heartbeat(Heartbeats& all, std::string_view name);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // As Clock::sleep.
  bool sleep(Millis time, const std::stop_token& stop);

  // Until `wait` returns, whose result it is.
  bool rest(const std::function<bool()>& wait);

 private:
  friend Heartbeats;

  static constexpr SteadyTime resting = SteadyTime::max();

  Heartbeats& all_;
  std::string_view name_;
  std::atomic<SteadyTime> at_work_since_;
};

}  // namespace moretta
