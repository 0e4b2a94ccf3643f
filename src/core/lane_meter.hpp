#pragma once

// What a lane does with its time, in cells that anybody may read while it works: the phase it is
// in, what each phase took, how long messages took from their sending to the commit. The lane does
// not know of it: core/metered.hpp watches its two ports.

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/histogram.hpp"
#include "core/transform.hpp"

namespace moretta {

enum class Phase {
  idle,     // between turns, or behind another lane that watches the queue
  wait,     // in a long poll
  receive,  // taking what is there
  prepare,  // decoding and masking
  write,    // in the database
  hold,     // the database is away: keeping the messages until it is back
  settle,   // deleting and giving back
};
inline constexpr std::size_t phase_count = 7;

std::string_view phase_name(Phase phase);

// A snapshot.
struct LaneReading {
  Phase phase = Phase::idle;
  SteadyTime since{};  // of the phase
  std::array<std::int64_t, phase_count> phase_ns{};
  std::int64_t messages = 0;         // of the turn under way
  std::optional<WallTime> oldest{};  // of those, the earliest SentTimestamp
};

// The times of one lane, or of several.
struct StageTimes {
  HistogramCounts receive;  // nanoseconds, each a call that did not wait
  HistogramCounts decode;   // nanoseconds a message, the mean of those made at once
  HistogramCounts mask;     // likewise
  HistogramCounts write;    // nanoseconds, each a transaction
  HistogramCounts settle;   // nanoseconds, each a turn
  HistogramCounts lag;      // milliseconds from SentTimestamp to the commit, each a stored message
  HistogramCounts turn;     // messages, each a turn
  HistogramCounts span;     // nanoseconds from the receive to the settling, each a turn
  std::int64_t held = 0;    // messages whose lease was extended
  std::int64_t failed_writes = 0;
  std::int64_t failed_receives = 0;

  StageTimes& operator+=(const StageTimes& other);
};

// Written by the lane's thread, read by any.
class LaneMeter {
 public:
  // Ends the phase under way; gives what it took.
  std::chrono::nanoseconds enter(Phase next, SteadyTime now);

  [[nodiscard]] Phase phase() const { return phase_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool has_begun() const {
    return since_.load(std::memory_order_relaxed) != SteadyTime{};
  }
  [[nodiscard]] LaneReading reading() const;
  [[nodiscard]] StageTimes times() const;

  void turn_began(std::size_t messages, std::optional<WallTime> oldest, SteadyTime now);
  void turn_ended(SteadyTime now);

  Histogram receive;
  Histogram write;
  Histogram settle;
  Histogram lag;
  Histogram turn;
  Histogram span;
  TransformTimes transform;
  std::atomic<std::int64_t> held = 0;
  std::atomic<std::int64_t> failed_writes = 0;
  std::atomic<std::int64_t> failed_receives = 0;

 private:
  std::atomic<Phase> phase_ = Phase::idle;
  std::atomic<SteadyTime> since_ = SteadyTime{};
  std::array<std::atomic<std::int64_t>, phase_count> phase_ns_{};
  std::atomic<std::int64_t> messages_ = 0;
  std::atomic<std::int64_t> oldest_ms_ = 0;  // 0: unknown
  SteadyTime turn_begun_{};                  // for the lane's thread alone, like the next
  bool is_held_ = false;                     // the turn had to wait for the database to come back
};

}  // namespace moretta
