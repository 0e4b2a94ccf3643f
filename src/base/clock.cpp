#include "base/clock.hpp"

#include <condition_variable>
#include <mutex>

namespace moretta {

WallTime SystemClock::wall() const {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady() const {
  return std::chrono::steady_clock::now();
}

bool SystemClock::sleep(Millis time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

bool ManualClock::sleep(Millis time, const std::stop_token& stop) {
  if (stop.stop_requested()) {
    return false;
  }
  advance(time);
  return true;
}

void ManualClock::advance(Millis time) {
  wall_ += time;
  steady_ += time;
}

}  // namespace moretta
