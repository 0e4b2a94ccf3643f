#pragma once

// A lane's two ports with somebody who writes down when each call began and ended: a turn is what
// happens between two receives. Only there if traces are wanted; the lane does not know of it.

#include <optional>

#include "core/passing_source.hpp"
#include "core/trace_log.hpp"
#include "core/transform.hpp"

namespace moretta {

// Of one lane, for its thread. Everything given must outlive it.
class LaneTracer {
 public:
  LaneTracer(int lane, TraceLog& log, const Clock& clock, const TransformTimes& times)
      : lane_(lane), log_(log), clock_(clock), times_(times) {}
  LaneTracer(const LaneTracer&) = delete;
  LaneTracer& operator=(const LaneTracer&) = delete;
  ~LaneTracer() { end(); }

  [[nodiscard]] SteadyTime now() const { return clock_.steady(); }

  // Since `asked` if these were there to be taken: what a long poll waits for is no turn.
  void begin(std::span<const Message> messages, const Ask& ask, SteadyTime asked);
  void step(TraceStep step, SteadyTime begin, bool failed = false);
  // What was done since the receive. The two are done message by message and told apart by those
  // that were timed.
  void prepared();
  void settled(std::span<const Outcome> outcomes);
  // Hands the turn on; nothing if there is none.
  void end();

 private:
  void add(const TracedStep& step);

  int lane_;
  TraceLog& log_;
  const Clock& clock_;
  const TransformTimes& times_;
  std::optional<TracedTurn> turn_;
  bool is_prepared_ = false;
};

class TracedSource final : public PassingSource {
 public:
  TracedSource(Source& source, LaneTracer& tracer) : PassingSource(source), tracer_(tracer) {}

  std::vector<Message> receive(const Ask& ask) override;
  std::size_t settle(std::span<const Message> messages, std::span<const Outcome> outcomes) override;

 private:
  LaneTracer& tracer_;
};

class TracedSink final : public Sink {
 public:
  TracedSink(Sink& sink, LaneTracer& tracer) : sink_(sink), tracer_(tracer) {}

  void open() override { sink_.open(); }
  Fates write(const Writes& writes) override;

 private:
  Sink& sink_;
  LaneTracer& tracer_;
};

}  // namespace moretta
