#include "app/status/otlp_traces.hpp"

#include <algorithm>

#include "app/status/otlp_json.hpp"
#include "base/encoding.hpp"

namespace moretta::app {

namespace {

// Of the protocol.
enum class SpanKind { internal = 1, client = 3, consumer = 5 };
constexpr int status_error = 2;

// All zeros would mean none; that comes once in 2^64.
template <std::size_t Bytes>
std::string new_id(Random& random) {
  std::array<std::byte, Bytes> id{};
  random.fill(id);
  return hex(id);
}

SpanKind kind_of(TraceStep step) {
  return step == TraceStep::decode || step == TraceStep::mask ? SpanKind::internal
                                                              : SpanKind::client;
}

class TurnWriter {
 public:
  TurnWriter(const JobFacts& facts, const TracedTurn& turn, Random& random, JsonWriter& out)
      : facts_(facts),
        turn_(turn),
        random_(random),
        out_(out),
        trace_id_(new_id<16>(random)),
        span_id_(new_id<8>(random)) {}

  void write() {
    write_turn();
    for (const TracedStep& step : turn_.steps) {
      write_step(step);
    }
  }

 private:
  void write_turn() {
    out_.object().member("traceId", trace_id_).member("spanId", span_id_);
    out_.member("name", "process " + facts_.queue);
    write_frame(SpanKind::consumer, turn_.begin, turn_.end);
    out_.key("attributes").array();
    otlp_attribute("messaging.system", "aws_sqs", out_);
    otlp_attribute("messaging.operation.name", "process", out_);
    otlp_attribute("messaging.operation.type", "process", out_);
    otlp_attribute("messaging.destination.name", facts_.queue, out_);
    count("messaging.batch.message_count", turn_.messages);
    otlp_attribute("moretta.lane", std::int64_t{turn_.lane}, out_);
    constexpr std::array<std::string_view, 4> names = {"moretta.stored", "moretta.duplicate",
                                                       "moretta.quarantined", "moretta.returned"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      count(names.at(i), turn_.outcomes.at(i));
    }
    count("moretta.steps_left_out", turn_.steps_left_out);
    out_.end_array().key("links").array();
    for (const TracedMessage& message : turn_.links) {
      write_link(message);
    }
    out_.end_array().member("droppedLinksCount", turn_.links_left_out);
    const bool is_settled =
        std::ranges::find(turn_.steps, TraceStep::settle, &TracedStep::step) != turn_.steps.end();
    write_status(!is_settled);
    out_.end_object();
  }

  void write_step(const TracedStep& step) {
    const std::string_view name = trace_step_name(step.step);
    out_.object().member("traceId", trace_id_).member("spanId", new_id<8>(random_));
    out_.member("parentSpanId", span_id_);
    out_.member("name", fmt::format("{} {}", name,
                                    step.step == TraceStep::write ? facts_.table : facts_.queue));
    write_frame(kind_of(step.step), step.begin, step.end);
    out_.key("attributes").array();
    if (step.step == TraceStep::write) {
      otlp_attribute("db.system.name", "postgresql", out_);
      otlp_attribute("db.collection.name", facts_.table, out_);
    } else if (kind_of(step.step) == SpanKind::client) {
      otlp_attribute("messaging.system", "aws_sqs", out_);
      otlp_attribute("messaging.operation.name", name, out_);
      otlp_attribute("messaging.operation.type", name, out_);
      otlp_attribute("messaging.destination.name", facts_.queue, out_);
    }
    out_.end_array();
    write_status(step.failed);
    out_.end_object();
  }

  void write_frame(SpanKind kind, SteadyTime begin, SteadyTime end) {
    out_.member("kind", static_cast<int>(kind));
    out_.member("startTimeUnixNano", nanoseconds_at(begin));
    out_.member("endTimeUnixNano", nanoseconds_at(end));
  }

  void write_link(const TracedMessage& message) {
    out_.object().member("traceId", message.context.trace_id);
    out_.member("spanId", message.context.span_id).key("attributes").array();
    otlp_attribute("messaging.message.id", message.message_id, out_);
    out_.end_array().end_object();
  }

  void write_status(bool failed) {
    out_.key("status").object();
    if (failed) {
      out_.member("code", status_error);
    }
    out_.end_object();
  }

  void count(std::string_view name, std::size_t number) {
    otlp_attribute(name, static_cast<std::int64_t>(number), out_);
  }

  // One reading of the wall clock a turn, so that its steps are as long as they were.
  std::string nanoseconds_at(SteadyTime time) const {
    const std::chrono::nanoseconds wall = turn_.wall.time_since_epoch();
    return fmt::format("{}", (wall + (time - turn_.begin)).count());
  }

  const JobFacts& facts_;
  const TracedTurn& turn_;
  Random& random_;
  JsonWriter& out_;
  std::string trace_id_;
  std::string span_id_;
};

}  // namespace

std::string otlp_traces(const JobFacts& facts, std::span<const TracedTurn> turns, Random& random) {
  JsonWriter out;
  otlp_begin(facts, "resourceSpans", "scopeSpans", "spans", out);
  for (const TracedTurn& turn : turns) {
    TurnWriter(facts, turn, random, out).write();
  }
  return otlp_end(out);
}

}  // namespace moretta::app
