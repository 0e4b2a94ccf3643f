#include "core/lane_meter.hpp"

namespace moretta {

std::string_view phase_name(Phase phase) {
  constexpr std::array<std::string_view, phase_count> names = {
      "idle", "wait", "receive", "prepare", "write", "hold", "settle"};
  return names.at(static_cast<std::size_t>(phase));
}

StageTimes& StageTimes::operator+=(const StageTimes& other) {
  receive += other.receive;
  decode += other.decode;
  mask += other.mask;
  write += other.write;
  settle += other.settle;
  lag += other.lag;
  turn += other.turn;
  span += other.span;
  held += other.held;
  failed_writes += other.failed_writes;
  failed_receives += other.failed_receives;
  return *this;
}

std::chrono::nanoseconds LaneMeter::enter(Phase next, SteadyTime now) {
  const SteadyTime since = since_.load(std::memory_order_relaxed);
  // A lane that has just begun was in no phase before.
  const std::chrono::nanoseconds took =
      since == SteadyTime{} ? SteadyTime::duration{} : now - since;
  phase_ns_[static_cast<std::size_t>(phase())].fetch_add(took.count(), std::memory_order_relaxed);
  phase_.store(next, std::memory_order_relaxed);
  is_held_ |= next == Phase::hold;
  since_.store(now, std::memory_order_relaxed);
  return took;
}

void LaneMeter::turn_began(std::size_t messages, std::optional<WallTime> oldest, SteadyTime now) {
  turn_begun_ = now;
  is_held_ = false;
  turn.note(static_cast<std::int64_t>(messages));
  messages_.store(static_cast<std::int64_t>(messages), std::memory_order_relaxed);
  oldest_ms_.store(oldest ? oldest->time_since_epoch().count() : 0, std::memory_order_relaxed);
}

// How long an outage lasts is no property of turns.
void LaneMeter::turn_ended(SteadyTime now) {
  if (!is_held_) {
    span.note((now - turn_begun_).count());
  }
  messages_.store(0, std::memory_order_relaxed);
  oldest_ms_.store(0, std::memory_order_relaxed);
}

LaneReading LaneMeter::reading() const {
  LaneReading reading{.phase = phase(), .since = since_.load(), .messages = messages_.load()};
  for (std::size_t i = 0; i < phase_count; ++i) {
    reading.phase_ns[i] = phase_ns_[i].load(std::memory_order_relaxed);
  }
  if (const std::int64_t ms = oldest_ms_.load(); ms > 0) {
    reading.oldest = WallTime{Millis{ms}};
  }
  return reading;
}

StageTimes LaneMeter::times() const {
  return {.receive = receive.counts(),
          .decode = transform.decode.counts(),
          .mask = transform.mask.counts(),
          .write = write.counts(),
          .settle = settle.counts(),
          .lag = lag.counts(),
          .turn = turn.counts(),
          .span = span.counts(),
          .held = held.load(),
          .failed_writes = failed_writes.load(),
          .failed_receives = failed_receives.load()};
}

}  // namespace moretta
