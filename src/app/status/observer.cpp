#include "app/status/observer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace moretta::app {

namespace {

constexpr Millis second{1000};

}  // namespace

Observer::Observer(JobFacts facts, Asks asks, Heartbeats& heartbeats, std::deque<Moment> history)
    : facts_(std::move(facts)),
      asks_(std::move(asks)),
      heartbeats_(heartbeats),
      moments_(std::move(history)) {
  step_start_ = asks_.readings();
  recent_.push_back(step_start_);
  watcher_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
  depth_watcher_ = std::jthread([this](const std::stop_token& stop) { watch_depth(stop); });
}

Observer::~Observer() {
  watcher_.request_stop();
  depth_watcher_.request_stop();
  watcher_.join();
  depth_watcher_.join();
}

void Observer::watch(const std::stop_token& stop) {
  Heartbeat heartbeat(heartbeats_, "the watch over the figures");
  for (int seconds = 1; heartbeat.sleep(second, stop); ++seconds) {
    learn(readings(), seconds);
  }
}

void Observer::learn(Readings readings, int seconds) {
  const std::lock_guard lock(mutex_);
  if (seconds % step.count() == 0) {
    moments_.push_back({.at = readings.wall,
                        .flow = flow_between(step_start_, readings),
                        .depth = readings.depth});
    step_start_ = readings;
    if (moments_.size() > moments_max) {
      moments_.pop_front();
    }
  }
  recent_.push_back(std::move(readings));
  if (recent_.size() > recent_max) {
    recent_.pop_front();
  }
}

void Observer::watch_depth(const std::stop_token& stop) {
  Heartbeat heartbeat(heartbeats_, "the watch over the queue's depth");
  do {
    const std::optional<Depth> depth = asks_.depth();
    const std::lock_guard lock(mutex_);
    depth_ = depth;
  } while (heartbeat.sleep(depth_every, stop));
}

Readings Observer::readings() const {
  Readings now = asks_.readings();
  const std::lock_guard lock(mutex_);
  now.depth = depth_;
  return now;
}

Flow Observer::flow(const Readings& now) const {
  const std::lock_guard lock(mutex_);
  return flow_between(recent_.front(), now);
}

std::vector<Moment> Observer::history(WallTime since) const {
  const std::lock_guard lock(mutex_);
  std::vector<Moment> later;
  std::ranges::copy_if(moments_, std::back_inserter(later),
                       [since](const Moment& moment) { return moment.at > since; });
  return later;
}

State state_of(const Readings& readings) {
  if (readings.away.database) {
    return State::holding_for_database;
  }
  if (readings.away.queue) {
    return State::waiting_for_queue;
  }
  if (standstill(readings) > standstill_max) {
    return State::stalled;
  }
  const bool has_begun = std::ranges::any_of(
      readings.lanes, [](const LaneReading& lane) { return lane.since != SteadyTime{}; });
  return has_begun ? State::working : State::starting;
}

std::string_view state_word(State state) {
  constexpr std::array<std::string_view, 5> words = {"starting", "working", "waiting", "holding",
                                                     "stalled"};
  return words.at(static_cast<std::size_t>(state));
}

std::string stalled_text(const Readings& readings) {
  const std::chrono::nanoseconds time = standstill(readings);
  const bool is_lane = time == lane_standstill(readings);
  return fmt::format("stalled: {} has not moved for {} s",
                     is_lane ? "a lane" : readings.longest_round.loop,
                     std::chrono::duration_cast<Seconds>(time).count());
}

std::string state_text(const Readings& readings) {
  switch (state_of(readings)) {
    case State::starting:
      return "starting: no lane has begun yet";
    case State::working:
      return "working";
    case State::waiting_for_queue:
      return "degraded: waiting for the queue to come back";
    case State::holding_for_database:
      if (readings.totals.in_flight() == 0) {
        return "degraded: waiting for the database to come back";
      }
      return fmt::format("degraded: holding {} messages until the database is back",
                         readings.totals.in_flight());
    case State::stalled:
      return stalled_text(readings);
  }
  return {};
}

}  // namespace moretta::app
