#include "base/heartbeat.hpp"

namespace moretta {

Heartbeats::Round Heartbeats::longest_round() const {
  const SteadyTime now = clock_.steady();
  Round longest;
  const std::lock_guard lock(mutex_);
  for (const Heartbeat* loop : loops_) {
    const SteadyTime since = loop->at_work_since_.load();
    if (since != Heartbeat::resting && now - since > longest.time) {
      longest = {.loop = std::string(loop->name_), .time = now - since};
    }
  }
  return longest;
}

Heartbeat::Heartbeat(Heartbeats& all, std::string_view name)
    : all_(all), name_(name), at_work_since_(all.clock_.steady()) {
  const std::lock_guard lock(all_.mutex_);
  all_.loops_.push_back(this);
}

Heartbeat::~Heartbeat() {
  const std::lock_guard lock(all_.mutex_);
  std::erase(all_.loops_, this);
}

bool Heartbeat::sleep(Millis time, const std::stop_token& stop) {
  return rest([this, time, &stop] { return all_.clock_.sleep(time, stop); });
}

bool Heartbeat::rest(const std::function<bool()>& wait) {
  at_work_since_ = resting;
  const bool result = wait();
  at_work_since_ = all_.clock_.steady();
  return result;
}

}  // namespace moretta
