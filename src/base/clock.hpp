#pragma once

// Time and waiting, passed in so that tests and the simulation own them. The only place that asks
// the operating system for either is clock.cpp.

#include <chrono>
#include <stop_token>

namespace moretta {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

// UTC, whole milliseconds since 1970: the resolution of SQS timestamps.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Millis>;

// Monotonic; only differences mean something.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

// Time that this thread has had of a processor: what work costs, whoever else is busy.
std::chrono::nanoseconds thread_cpu_time();

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime wall() const = 0;
  [[nodiscard]] virtual SteadyTime steady() const = 0;

  // Returns after `time`, or as soon as stop is requested. True if the time passed in full.
  virtual bool sleep(Millis time, const std::stop_token& stop) = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall() const override;
  [[nodiscard]] SteadyTime steady() const override;
  bool sleep(Millis time, const std::stop_token& stop) override;
};

// Moves only when told to; sleeping moves it. For tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime start = WallTime{Millis{1'700'000'000'000}}) : wall_(start) {}

  [[nodiscard]] WallTime wall() const override { return wall_; }
  [[nodiscard]] SteadyTime steady() const override { return steady_; }
  bool sleep(Millis time, const std::stop_token& stop) override;
  void advance(Millis time);

 private:
  WallTime wall_;
  SteadyTime steady_{};
};

}  // namespace moretta
