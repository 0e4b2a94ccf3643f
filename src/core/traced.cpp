#include "core/traced.hpp"

#include <utility>

namespace moretta {

namespace {

// However a call ends, it is a step.
class Call {
 public:
  Call(LaneTracer& tracer, TraceStep step) : tracer_(tracer), step_(step), begin_(tracer.now()) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() { tracer_.step(step_, begin_, failed_); }
  void succeeded() { failed_ = false; }

 private:
  LaneTracer& tracer_;
  TraceStep step_;
  SteadyTime begin_;
  bool failed_ = true;
};

}  // namespace

void LaneTracer::begin(std::span<const Message> messages, const Ask& ask, SteadyTime asked) {
  const SteadyTime came = now();
  const bool waited = ask.wait > Seconds{0};
  const SteadyTime begin = waited ? came : asked;
  turn_.emplace(TracedTurn{.lane = lane_,
                           .wall = clock_.wall() - std::chrono::duration_cast<Millis>(came - begin),
                           .begin = begin,
                           .end = came,
                           .messages = messages.size()});
  is_prepared_ = false;
  if (!waited) {
    add({.step = TraceStep::receive, .begin = asked, .end = came});
  }
  for (const Message& message : messages) {
    std::optional<TraceContext> context = trace_context(message);
    if (!context || !context->is_sampled || context->span_id.empty()) {
      continue;
    }
    if (turn_->links.size() < TracedTurn::links_max) {
      turn_->links.push_back({.context = std::move(*context), .message_id = message.id});
    } else {
      ++turn_->links_left_out;
    }
  }
}

void LaneTracer::add(const TracedStep& step) {
  if (!turn_) {
    return;
  }
  if (turn_->steps.size() < TracedTurn::steps_max) {
    turn_->steps.push_back(step);
  } else {
    ++turn_->steps_left_out;
  }
  turn_->end = step.end;
}

void LaneTracer::step(TraceStep step, SteadyTime begin, bool failed) {
  add({.step = step, .begin = begin, .end = now(), .failed = failed});
}

void LaneTracer::prepared() {
  if (!turn_ || std::exchange(is_prepared_, true)) {
    return;
  }
  const SteadyTime begin = turn_->end;
  const SteadyTime end = now();
  const auto decode = static_cast<double>(times_.decode.counts().sum);
  const auto mask = static_cast<double>(times_.mask.counts().sum);
  const double decode_part = decode + mask > 0 ? decode / (decode + mask) : 0.5;
  const SteadyTime middle = begin + SteadyTime::duration(static_cast<std::int64_t>(
                                        static_cast<double>((end - begin).count()) * decode_part));
  add({.step = TraceStep::decode, .begin = begin, .end = middle});
  add({.step = TraceStep::mask, .begin = middle, .end = end});
}

void LaneTracer::settled(std::span<const Outcome> outcomes) {
  if (!turn_) {
    return;
  }
  for (const Outcome outcome : outcomes) {
    ++turn_->outcomes.at(static_cast<std::size_t>(outcome));
  }
}

// What has no outcome by then was given back, or is left to its lease.
void LaneTracer::end() {
  if (turn_) {
    std::size_t ended = 0;
    for (const std::size_t count : turn_->outcomes) {
      ended += count;
    }
    turn_->outcomes.at(static_cast<std::size_t>(Outcome::returned)) += turn_->messages - ended;
    log_.add(std::move(*turn_));
    turn_.reset();
  }
}

std::vector<Message> TracedSource::receive(const Ask& ask) {
  tracer_.end();
  const SteadyTime asked = tracer_.now();
  std::vector<Message> messages = PassingSource::receive(ask);
  if (!messages.empty()) {
    tracer_.begin(messages, ask, asked);
  }
  return messages;
}

std::size_t TracedSource::settle(std::span<const Message> messages,
                                 std::span<const Outcome> outcomes) {
  Call call(tracer_, TraceStep::settle);
  const std::size_t left = PassingSource::settle(messages, outcomes);
  call.succeeded();
  tracer_.settled(outcomes);
  return left;
}

Fates TracedSink::write(const Writes& writes) {
  tracer_.prepared();
  Call call(tracer_, TraceStep::write);
  Fates fates = sink_.write(writes);
  call.succeeded();
  return fates;
}

}  // namespace moretta
