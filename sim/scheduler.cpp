#include "sim/scheduler.hpp"

#include <algorithm>
#include <thread>

#include "base/ensure.hpp"

namespace moretta::sim {

namespace {

constexpr Millis epoch{1'700'000'000'000};     // any date will do; this one is recognisable
constexpr std::int64_t steps_max = 2'000'000;  // a run that needs more does not end by itself

thread_local std::size_t own_index = 0;

}  // namespace

WallTime SimClock::wall() const {
  return WallTime{epoch + scheduler_.now()};
}

void Scheduler::run(const std::vector<std::function<void()>>& bodies,
                    const std::function<void()>& after_step) {
  after_step_ = after_step;
  runners_.assign(bodies.size(), Runner{});
  holder_ = pick();
  std::vector<std::jthread> threads;
  threads.reserve(bodies.size());
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    threads.emplace_back([this, i, &bodies] {
      own_index = i;
      {
        std::unique_lock lock(mutex_);
        baton_.wait(lock, [this, i] { return holder_ == i; });
      }
      bodies[i]();
      std::unique_lock lock(mutex_);
      runners_[i].is_done = true;
      hand_over(lock);
    });
  }
}

void Scheduler::step() {
  sleep(Millis{0}, {});
}

void Scheduler::sleep(Millis time, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  Runner& runner = runners_[own_index];
  runner.wake_at = now_ + time;
  runner.stop = stop;
  hand_over(lock);
  baton_.wait(lock, [this] { return holder_ == own_index; });
  runner.stop = {};
}

void Scheduler::hand_over(std::unique_lock<std::mutex>&) {
  after_step_();
  ++steps_;
  ENSURE(steps_ < steps_max);
  const bool all_done = std::ranges::all_of(runners_, &Runner::is_done);
  if (!all_done) {
    holder_ = pick();
  }
  baton_.notify_all();
}

// Someone who is due, by the seed; if nobody is, time jumps to the first who will be.
std::size_t Scheduler::pick() {
  now_ += Millis{static_cast<std::int64_t>(random_.next() % 4)};
  Millis first = Millis::max();
  for (const Runner& runner : runners_) {
    if (!runner.is_done) {
      first = std::min(first, runner.stop.stop_requested() ? now_ : runner.wake_at);
    }
  }
  now_ = std::max(now_, first);
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    const Runner& runner = runners_[i];
    if (!runner.is_done && (runner.wake_at <= now_ || runner.stop.stop_requested())) {
      due.push_back(i);
    }
  }
  return due[random_.next() % due.size()];
}

}  // namespace moretta::sim
