#pragma once

// SIGHUP as something to wait for: each one, or several that came together, wakes a waiter once.

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace moretta::app {

// Thread-safe.
class HangUp {
 public:
  void tell() {
    const std::lock_guard lock(mutex_);
    is_told_ = true;
    woken_.notify_all();
  }

  // False if stop was requested first.
  bool wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!woken_.wait(lock, stop, [this] { return is_told_; })) {
      return false;
    }
    is_told_ = false;
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool is_told_ = false;  // guarded by mutex_
};

}  // namespace moretta::app
