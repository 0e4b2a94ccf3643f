#pragma once

// A ManualClock for two threads: a server under test reads the time while the test moves it.

#include <mutex>

#include "base/clock.hpp"

namespace moretta {

class LockedClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall() const override {
    const std::lock_guard lock(mutex_);
    return clock_.wall();
  }
  [[nodiscard]] SteadyTime steady() const override {
    const std::lock_guard lock(mutex_);
    return clock_.steady();
  }
  bool sleep(Millis time, const std::stop_token& stop) override {
    const std::lock_guard lock(mutex_);
    return clock_.sleep(time, stop);
  }
  void advance(Millis time) {
    const std::lock_guard lock(mutex_);
    clock_.advance(time);
  }

 private:
  mutable std::mutex mutex_;
  ManualClock clock_;  // guarded by mutex_
};

}  // namespace moretta
