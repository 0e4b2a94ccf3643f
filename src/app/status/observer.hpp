#pragma once

// Watches a job while it runs: reads it once a second, remembers the last hour for plots, asks the
// queue for its depth now and then. Answers at any time, from any thread.

#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "app/status/flow.hpp"
#include "app/status/readings.hpp"
#include "app/status/snapshot.hpp"
#include "base/heartbeat.hpp"

namespace moretta::app {

// One step of the history.
struct Moment {
  WallTime at{};
  Flow flow{};
  std::optional<Depth> depth{};
};

enum class State {
  starting,  // no lane has begun
  working,
  waiting_for_queue,
  holding_for_database,
  stalled,  // a lane, or a loop beside them, does not move
};

class Observer {
 public:
  struct Asks {
    std::function<Readings()> readings;           // quick, from any thread
    std::function<std::optional<Depth>()> depth;  // may take a moment; for one thread
  };

  static constexpr Seconds step{5};                // of the history
  static constexpr std::size_t moments_max = 720;  // an hour
  static constexpr Seconds depth_every{15};        // each costs a request

  // Everything borrowed must outlive it.
  // `history`: of before, oldest first.
  Observer(JobFacts facts, Asks asks, Heartbeats& heartbeats, std::deque<Moment> history = {});
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  [[nodiscard]] const JobFacts& facts() const { return facts_; }
  // Of this moment, with the last known depth of the queue.
  [[nodiscard]] Readings readings() const;
  [[nodiscard]] std::vector<Series> series() const { return snapshot(facts_, readings()); }
  // Of about the last ten seconds.
  [[nodiscard]] Flow flow(const Readings& now) const;
  // Those later than `since`.
  [[nodiscard]] std::vector<Moment> history(WallTime since) const;

 private:
  static constexpr std::size_t recent_max = 11;  // readings a second apart

  void watch(const std::stop_token& stop);
  void watch_depth(const std::stop_token& stop);
  void learn(Readings readings, int second);

  JobFacts facts_;
  Asks asks_;
  Heartbeats& heartbeats_;

  mutable std::mutex mutex_;
  std::deque<Readings> recent_;  // guarded by mutex_
  std::deque<Moment> moments_;   // guarded by mutex_
  Readings step_start_;          // guarded by mutex_
  std::optional<Depth> depth_;   // guarded by mutex_

  std::jthread watcher_;
  std::jthread depth_watcher_;
};

State state_of(const Readings& readings);
std::string_view state_word(State state);

// "stalled: a lane has not moved for 200 s", or "stalled: the manifest keeper has …"
std::string stalled_text(const Readings& readings);

// What an operator reads first: "working", "holding 1200 messages until the database is back".
std::string state_text(const Readings& readings);

}  // namespace moretta::app
