#include "app/signals.hpp"

#include <array>
#include <csignal>
#include <cstdint>
#include <string_view>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/ensure.hpp"

namespace moretta::app {

namespace {

constexpr int interrupted_exit = 130;  // 128 + SIGINT, as shells expect

void say(std::string_view text) {
  // Nothing to do about a standard error that is gone.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

StopSignals::StopSignals(std::function<void()> on_hang_up) : on_hang_up_(std::move(on_hang_up)) {
  sigset_t signals = stop_signals();
  if (on_hang_up_) {
    sigaddset(&signals, SIGHUP);
  }
  ENSURE(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  signal_fd_ = ::signalfd(-1, &signals, SFD_CLOEXEC);
  wake_fd_ = ::eventfd(0, EFD_CLOEXEC);
  ENSURE(signal_fd_ >= 0 && wake_fd_ >= 0);
  waiter_ = std::jthread([this] { wait(); });
}

StopSignals::~StopSignals() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
  waiter_.join();
  ::close(signal_fd_);
  ::close(wake_fd_);
}

void StopSignals::wait() {
  for (;;) {
    std::array<pollfd, 2> ready = {{{.fd = signal_fd_, .events = POLLIN, .revents = 0},
                                    {.fd = wake_fd_, .events = POLLIN, .revents = 0}}};
    if (::poll(ready.data(), ready.size(), -1) < 0) {
      continue;
    }
    if ((ready[1].revents & POLLIN) != 0) {
      return;
    }
    signalfd_siginfo signal{};
    if (::read(signal_fd_, &signal, sizeof signal) != sizeof signal) {
      continue;
    }
    if (signal.ssi_signo == SIGHUP) {
      on_hang_up_();
      continue;
    }
    if (stop_.stop_requested()) {
      ::_exit(interrupted_exit);
    }
    stop_.request_stop();
    if (signal.ssi_signo == SIGINT && ::isatty(STDERR_FILENO) == 1) {
      say("\nfinishing what is under way; Ctrl-C again to stop at once\n");
    }
  }
}

}  // namespace moretta::app
