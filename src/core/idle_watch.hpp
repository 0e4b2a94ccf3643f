#pragma once

// While the queue is empty, one lane waits at it for all: a long poll of each would ask as many
// times for the same nothing. Whoever comes back with messages lets the next one wait.

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace moretta {

// Thread-safe.
class IdleWatch {
 public:
  // One lane's time at the queue.
  class Hold {
   public:
    // Waits until nobody else holds the watch, or stop is requested. `watch` may be null: everybody
    // watches for himself.
    Hold(IdleWatch* watch, const std::stop_token& stop)
        : watch_(watch != nullptr && watch->take(stop) ? watch : nullptr) {}
    ~Hold() {
      if (watch_ != nullptr) {
        watch_->give();
      }
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    IdleWatch* watch_;
  };

 private:
  bool take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool is_free = freed_.wait(lock, stop, [this] { return !is_held_; });
    is_held_ = is_held_ || is_free;
    return is_free;
  }
  void give() {
    {
      const std::lock_guard lock(mutex_);
      is_held_ = false;
    }
    freed_.notify_one();
  }

  std::condition_variable_any freed_;

  std::mutex mutex_;
  bool is_held_ = false;  // guarded by mutex_
};

}  // namespace moretta
