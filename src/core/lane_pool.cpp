#include "core/lane_pool.hpp"

#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace moretta {

namespace {

// The first error of any lane.
class FirstError {
 public:
  void keep(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!error_) {
      error_ = std::move(error);
    }
  }
  void rethrow() {
    const std::lock_guard lock(mutex_);
    if (error_) {
      std::rethrow_exception(error_);
    }
  }

 private:
  std::mutex mutex_;
  std::exception_ptr error_;  // guarded by mutex_
};

}  // namespace

void LanePool::run(std::span<const std::unique_ptr<Lane>> lanes, const std::stop_token& stop) {
  std::stop_source stop_lanes;
  const std::stop_callback pass_on(stop, [&stop_lanes] { stop_lanes.request_stop(); });
  FirstError first_error;
  {
    std::vector<std::jthread> threads;
    threads.reserve(lanes.size());
    for (const std::unique_ptr<Lane>& lane : lanes) {
      threads.emplace_back([&lane, &stop_lanes, &first_error] {
        try {
          lane->run(stop_lanes.get_token());
        } catch (...) {
          first_error.keep(std::current_exception());
          stop_lanes.request_stop();
        }
      });
    }
  }
  first_error.rethrow();
}

}  // namespace moretta
