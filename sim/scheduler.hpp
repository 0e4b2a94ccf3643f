#pragma once

// Deterministic threads: production lanes on real threads, of which only the holder of the baton
// runs. Every call into the world hands the baton to the lane that the seed picks, and moves
// virtual time.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace moretta::sim {

class Scheduler {
 public:
  explicit Scheduler(SeededRandom& random) : random_(random) {}

  // Runs each body on a thread of its own until all have returned. `after_step` runs between steps,
  // with no lane running. A body must not throw.
  void run(const std::vector<std::function<void()>>& bodies,
           const std::function<void()>& after_step);

  // From a running body: lets others run, then goes on when picked again.
  void step();
  // Likewise, but not before `time` has passed or stop is requested.
  void sleep(Millis time, const std::stop_token& stop);

  [[nodiscard]] Millis now() const { return now_; }
  [[nodiscard]] std::int64_t steps() const { return steps_; }

 private:
  struct Runner {
    Millis wake_at{0};
    std::stop_token stop;  // of the sleep under way
    bool is_done = false;
  };

  void hand_over(std::unique_lock<std::mutex>& lock);
  std::size_t pick();

  SeededRandom& random_;
  std::function<void()> after_step_;
  std::mutex mutex_;
  std::condition_variable baton_;
  // Guarded by mutex_; between hand-overs only the holder touches them.
  std::vector<Runner> runners_;
  std::size_t holder_ = 0;
  Millis now_{0};
  std::int64_t steps_ = 0;
};

// The lanes' clock: virtual time of the scheduler.
class SimClock final : public Clock {
 public:
  explicit SimClock(Scheduler& scheduler) : scheduler_(scheduler) {}

  [[nodiscard]] WallTime wall() const override;
  [[nodiscard]] SteadyTime steady() const override { return SteadyTime{} + scheduler_.now(); }
  bool sleep(Millis time, const std::stop_token& stop) override {
    scheduler_.sleep(time, stop);
    return !stop.stop_requested();
  }

 private:
  Scheduler& scheduler_;
};

}  // namespace moretta::sim
