#include "base/clock.hpp"

#include <condition_variable>
#include <ctime>
#include <mutex>

#include "base/ensure.hpp"

namespace moretta {

std::chrono::nanoseconds thread_cpu_time() {
  timespec time{};
  ENSURE(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

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
