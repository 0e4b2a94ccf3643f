#include "app/lambda/lambda_job.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

#include "app/job.hpp"
#include "app/lambda/batch_answer.hpp"
#include "app/version.hpp"
#include "aws/region.hpp"
#include "aws/sqs_source.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::app {

namespace {

// To ask a server that is there costs a round trip; one that is gone shows within this time.
constexpr Millis revive_wait{1'000};
// A function under load does not pay for the question.
constexpr Millis idle_trusted{1'000};

struct ForgetBodies {
  std::vector<Message>& messages;
  ~ForgetBodies() { wipe_bodies(messages); }
};

bool is_intact(const aws::SqsMessage& message) {
  std::array<char, 2 * sizeof(Md5)> digest{};
  write_hex(md5(message.body), digest);
  return message.body_md5.empty() || std::ranges::equal(message.body_md5, digest);
}

pg::SinkOptions in_order(pg::SinkOptions options, Order order) {
  options.rules.order = order;
  return options;
}

bool is_stored(Outcome outcome) {
  return outcome != Outcome::returned;
}

Totals difference(const Totals& after, const Totals& before) {
  return {.received = after.received - before.received,
          .stored = after.stored - before.stored,
          .duplicate = after.duplicate - before.duplicate,
          .quarantined = after.quarantined - before.quarantined,
          .returned = after.returned - before.returned,
          .conflicts = after.conflicts - before.conflicts};
}

}  // namespace

LambdaJob::LambdaJob(const Config& config, World& world, Log& log)
    : config_(config),
      world_(world),
      log_(log),
      database_outage_("database", log),
      transform_(transform_parts(config), world.random) {
  if (!config.payloads.buckets.empty()) {
    aws_ = std::make_unique<AwsAccess>(world.environment, world.clock, log);
    payloads_ = open_payloads(config, *aws_, "", world.clock, log);
  }
}

LambdaJob::Path::Path(Order its_order, LambdaJob& job)
    : order(its_order),
      sink(in_order(sink_options(job.config_, "moretta lambda"), its_order), job.world_.clock,
           job.log_),
      metered(sink, job.meter_, job.world_.clock),
      lane({.sink = metered,
            .transform = job.transform_,
            .random = job.world_.random,
            .tally = job.tally_,
            .clock = job.world_.clock,
            .log = job.log_,
            .database_outage = job.database_outage_,
            .payloads = job.payloads_.get()},
           {.rules = {.on_reject = job.config_.on_reject, .order = its_order},
            .turn_rows_max = job.payloads_
                                 ? receive_messages_max
                                 : static_cast<std::size_t>(job.config_.lanes.turn_rows_max)}) {}

LambdaJob::Path& LambdaJob::path_for(Order order) {
  if (path_ == nullptr || path_->order != order) {
    path_ = std::make_unique<Path>(order, *this);
  }
  return *path_;
}

Result<std::string, FailedInvocation> LambdaJob::handle(aws::Invocation& invocation) {
  const SteadyTime started = world_.clock.steady();
  const Totals before = tally_.totals();
  const SteadyTime until = deadline_of(invocation);
  auto event = reader_.read(invocation.event);
  if (!event) {
    log_.error("event_refused", {{"request_id", invocation.id}, {"reason", event.error()}});
    return Failure{FailedInvocation{.type = "Moretta.EventRefused",
                                    .text = "this is no event of an SQS queue: " + event.error()}};
  }
  std::vector<Message> damaged;
  const Order order = aws::is_fifo(event.value().queue_arn) ? Order::by_group : Order::any;
  std::vector<Message> messages = intact_messages(event.value(), order, damaged);
  const ForgetBodies forget{messages};

  Path& path = path_for(order);
  path.sink.finish_by(until);
  revive(path.sink);
  BatchResult result = path.lane.run(messages, until);
  last_steady_ = world_.clock.steady();
  last_wall_ = world_.clock.wall();
  note_lags(messages, result.outcomes);
  log_batch(invocation, before, started);
  write_metrics(event.value().queue_arn, is_away(result));

  if (result.refused) {
    log_.error("refused", {{"request_id", invocation.id},
                           {"what", result.refused->what()},
                           {"hint", result.refused->hint()}});
    if (std::ranges::none_of(result.outcomes, is_stored)) {
      return Failure{FailedInvocation{
          .type = "Moretta.Refused",
          .text = std::string(result.refused->what()) + "; " + result.refused->hint()}};
    }
  }
  messages.insert(messages.end(), std::make_move_iterator(damaged.begin()),
                  std::make_move_iterator(damaged.end()));
  result.outcomes.resize(messages.size(), Outcome::returned);
  return batch_answer(messages, result.outcomes);
}

// As the worker does, which leaves a damaged message to the queue: here it is an item failure. What
// follows it in a FIFO queue must not be stored before it.
std::vector<Message> LambdaJob::intact_messages(aws::LambdaEvent& event, Order order,
                                                std::vector<Message>& damaged) {
  const WallTime now = world_.clock.wall();
  std::vector<Message> messages;
  messages.reserve(event.records.size());
  for (aws::LambdaRecord& record : event.records) {
    record.message.attributes = std::move(record.attributes);
    const bool is_held_up = order == Order::by_group && !damaged.empty();
    const bool intact = !is_held_up && is_intact(record.message);
    (intact ? messages : damaged).push_back(aws::message_of(std::move(record.message), now));
  }
  if (!damaged.empty()) {
    wipe_bodies(damaged);
    log_.warn("sqs_message_damaged", {{"fault", "body digest"}, {"messages", damaged.size()}});
  }
  return messages;
}

SteadyTime LambdaJob::deadline_of(const aws::Invocation& invocation) const {
  constexpr Millis time_max{std::chrono::minutes{15}};  // a function's longest
  const Millis left = invocation.deadline - world_.clock.wall() - answer_reserve;
  return world_.clock.steady() + std::clamp(left, Millis{0}, time_max);
}

void LambdaJob::revive(pg::PgSink& sink) {
  const bool is_fresh = world_.clock.steady() - last_steady_ < idle_trusted &&
                        world_.clock.wall() - last_wall_ < idle_trusted;
  if (!is_fresh) {
    sink.revive(revive_wait);
  }
}

// Something is left, and the last that was tried is the database.
bool LambdaJob::is_away(const BatchResult& result) const {
  return !result.refused && !std::ranges::all_of(result.outcomes, is_stored) &&
         (!meter_.has_begun() || meter_.phase() == Phase::hold);
}

void LambdaJob::note_lags(std::span<const Message> messages, std::span<const Outcome> outcomes) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (outcomes[i] == Outcome::stored && messages[i].sent_at) {
      meter_.lag.note((last_wall_ - *messages[i].sent_at).count());
    }
  }
}

void LambdaJob::log_batch(const aws::Invocation& invocation, const Totals& before,
                          SteadyTime started) {
  const Totals totals = difference(tally_.totals(), before);
  const double milliseconds =
      std::chrono::duration<double, std::milli>(world_.clock.steady() - started).count();
  log_.info("batch", {{"request_id", invocation.id},
                      {"received", totals.received},
                      {"stored", totals.stored},
                      {"duplicate", totals.duplicate},
                      {"quarantined", totals.quarantined},
                      {"returned", totals.returned},
                      {"conflicts", totals.conflicts},
                      {"ms", milliseconds}});
}

// Only an event tells which queue is connected.
void LambdaJob::write_metrics(std::string_view queue_arn, bool database_away) {
  if (!metrics_ && !queue_arn.empty()) {
    JobFacts facts;
    facts.version = version_number();
    facts.queue = queue_arn.substr(queue_arn.rfind(':') + 1);
    metrics_.emplace(std::move(facts), EmfBody::function);
  }
  if (!metrics_) {
    return;
  }
  Readings readings;
  readings.wall = last_wall_;
  readings.totals = tally_.totals();
  readings.times = meter_.times();
  readings.away.database = database_away;
  world_.out << metrics_->line(readings) << std::endl;
}

}  // namespace moretta::app
