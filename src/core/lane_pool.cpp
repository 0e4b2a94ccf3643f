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

void run_side_by_side(std::span<const std::function<void(const std::stop_token&)>> works,
                      const std::stop_token& stop) {
  std::stop_source stop_all;
  const std::stop_callback pass_on(stop, [&stop_all] { stop_all.request_stop(); });
  FirstError first_error;
  {
    std::vector<std::jthread> threads;
    threads.reserve(works.size());
    for (const auto& work : works) {
      threads.emplace_back([&work, &stop_all, &first_error] {
        try {
          work(stop_all.get_token());
        } catch (...) {
          first_error.keep(std::current_exception());
          stop_all.request_stop();
        }
      });
    }
  }
  first_error.rethrow();
}

void LanePool::run(std::span<const std::unique_ptr<Lane>> lanes, const std::stop_token& stop) {
  std::vector<std::function<void(const std::stop_token&)>> works;
  works.reserve(lanes.size());
  for (const std::unique_ptr<Lane>& lane : lanes) {
    works.emplace_back([&lane](const std::stop_token& stop_lane) { lane->run(stop_lane); });
  }
  run_side_by_side(works, stop);
}

}  // namespace moretta
