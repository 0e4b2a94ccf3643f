#pragma once

// SIGTERM and SIGINT as a stop request: the first one asks to finish what is under way, a second
// one ends the process at once (safe: what is not committed was never deleted).

#include <functional>
#include <stop_token>
#include <thread>

namespace moretta::app {

// Blocks the two signals in every thread started after it, and waits for them in one of its own.
// Construct it in main before any other thread; one per process.
class StopSignals {
 public:
  // `on_hang_up`: called for each SIGHUP, from the waiting thread; if there is none, that signal
  // does what it does to any process.
  explicit StopSignals(std::function<void()> on_hang_up = {});
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void wait();

  std::function<void()> on_hang_up_;
  std::stop_source stop_;
  int wake_fd_ = -1;  // readable once the destructor runs
  int signal_fd_ = -1;
  std::jthread waiter_;
};

}  // namespace moretta::app
