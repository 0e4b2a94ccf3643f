#pragma once

// What lanes did with their turns, step by step, kept until somebody sends it on as spans. Nothing
// of a message but its id and the trace that its sender named.

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "core/ports.hpp"
#include "record/trace_context.hpp"

namespace moretta {

enum class TraceStep { receive, decode, mask, write, settle };

std::string_view trace_step_name(TraceStep step);

struct TracedStep {
  TraceStep step = TraceStep::receive;
  SteadyTime begin{};
  SteadyTime end{};
  bool failed = false;

  bool operator==(const TracedStep&) const = default;
};

// A message whose sender's trace is sampled.
struct TracedMessage {
  TraceContext context;
  std::string message_id;

  bool operator==(const TracedMessage&) const = default;
};

struct TracedTurn {
  static constexpr std::size_t steps_max = 32;   // an outage of hours tries very often
  static constexpr std::size_t links_max = 128;  // as OpenTelemetry's SDKs keep of a span

  int lane = 0;
  WallTime wall{};  // at `begin`
  SteadyTime begin{};
  SteadyTime end{};
  std::size_t messages = 0;
  std::array<std::size_t, 4> outcomes{};  // by Outcome
  std::vector<TracedStep> steps{};
  std::size_t steps_left_out = 0;
  std::vector<TracedMessage> links{};
  std::size_t links_left_out = 0;
};

// Thread-safe.
class TraceLog {
 public:
  static constexpr std::size_t turns_max = 512;  // between two takes

  struct Taken {
    std::vector<TracedTurn> turns{};
    std::size_t left_out = 0;  // for which there was no room
  };

  void add(TracedTurn turn);
  // All since the last time, oldest first.
  Taken take();

 private:
  std::mutex mutex_;
  Taken kept_;  // guarded by mutex_
};

}  // namespace moretta
