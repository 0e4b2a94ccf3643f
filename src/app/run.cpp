#include "app/run.hpp"

#include <algorithm>

#include "app/column_keys.hpp"
#include "app/job.hpp"
#include "app/key_source.hpp"
#include "app/manifest/manifest_keeper.hpp"
#include "app/monitor.hpp"
#include "app/reporter.hpp"
#include "app/tap_text.hpp"
#include "base/errors.hpp"
#include "core/outage.hpp"
#include "mask/warning.hpp"

namespace moretta::app {

namespace {

// The last long polls of a drain only wait for stragglers; SQS answers at once if there are
// messages.
constexpr Seconds drain_wait{1};
constexpr Seconds run_wait{20};  // the longest that SQS allows: fewest empty receives

LaneSettings lane_settings(const Config& config, Until until) {
  // What messages point to is much larger than they are: as many as one receive gives.
  const int rows_per_request = static_cast<int>(receive_messages_max);
  const int rows_max =
      config.payloads.buckets.empty() ? config.lanes.turn_rows_max : rows_per_request;
  return {.until = until,
          .rules = {.on_reject = config.on_reject, .order = queue_order(config)},
          .demand = {.requests_max = std::max(1, rows_max / rows_per_request),
                     .idle_wait = until == Until::empty ? drain_wait : run_wait}};
}

std::string_view waiting_for(const Outage& queue, const Outage& database) {
  return database.is_on() ? "database" : queue.is_on() ? "queue" : "";
}

}  // namespace

void warn_of_guessing(const Table& table, Log& log) {
  for (std::size_t i = 0; i < table.mapping.size(); ++i) {
    if (const auto warning = mask::guessing_warning(table.mapping[i].name, table.policies[i])) {
      log.warn("weak_mask", {{"column", table.mapping[i].name}, {"what", *warning}});
    }
  }
}

// From the turn of the month on, every message would be rejected: time to make its key.
void warn_of_epochs(const Config& config, WallTime now, Log& log) {
  for (const mask::Period month : months_without_key(config, now)) {
    log.warn("epoch_key_missing",
             {{"month", mask::period_text(month)},
              {"what",
               "messages of that month are rejected (no_epoch_key): `moretta keys add "
               "KEYSET --month`, bring it here, and reload"}});
  }
}

LogFormat log_format(const Config& config, const World& world) {
  switch (config.log.format) {
    case LogChoice::json:
      return LogFormat::json;
    case LogChoice::text:
      return LogFormat::text;
    case LogChoice::automatic:
      return world.terminal.err ? LogFormat::text : LogFormat::json;
  }
  return LogFormat::json;
}

namespace {

// What is about to run, and what is weak about it.
void announce(const Config& config, const QueueAccess& access, const World& world, Log& log) {
  if (config.keys.set && forget_key(config.keys.secret, world)) {
    log.warn("key_in_environment",
             {{"place", config.keys.secret},
              {"what",
               "whoever may look at this process sees its key; prefer file:, systemd: or "
               "docker: (docs/keys.md)"}});
  }
  warn_of_guessing(config.table, log);
  warn_of_epochs(config, world.clock.wall(), log);
  log.info("start", {{"queue", access.shown()},
                     {"table", config.table.name},
                     {"lanes", config.lanes.count},
                     {"config", fingerprint(config.table)}});
}

std::optional<OtlpRoute> route_to(std::optional<OtlpTarget> target, const QueueAccess& access) {
  if (!target) {
    return std::nullopt;
  }
  return OtlpRoute{.target = std::move(*target), .http = access.open_http()};
}

// Somebody wants to know more than the log says.
bool is_watched(const Config& config, const Monitor::Parts& parts) {
  return !config.status.listen.empty() || config.metrics != Metrics::none || parts.otlp_metrics ||
         parts.otlp_traces;
}

Totals totals_with(const Past& past, const Job& job) {
  Totals totals = past.readings.totals;
  return totals += job.totals();
}

Reporter::Asks reporter_asks(const Past& past, const Job& job, QueueConnection& watch,
                             const Outage& queue, const Outage& database) {
  return {.totals = [&past, &job] { return totals_with(past, job); },
          .depth = [&watch] { return depth_if_known(watch); },
          .waiting_for =
              [&queue, &database] {
                return waiting_for(queue, database);
              }};
}

Summary summary_of(const Job& job, SteadyTime started, const Clock& clock) {
  const auto seconds_to = [started](SteadyTime end) {
    return end > started ? std::chrono::duration<double>(end - started).count() : 0.0;
  };
  return {.totals = job.totals(),
          .seconds = seconds_to(clock.steady()),
          .busy_seconds = seconds_to(job.last_turn()),
          .cpu_seconds = process_cpu_seconds()};
}

void log_stop(const Totals& totals, Log& log) {
  log.info("stop", {{"received", totals.received},
                    {"stored", totals.stored},
                    {"duplicate", totals.duplicate},
                    {"quarantined", totals.quarantined},
                    {"returned", totals.returned}});
}

void hand_on(Past& past, const Config& config, const Job& job, const Clock& clock,
             std::deque<Moment> history) {
  std::vector<std::string> columns = columns_with(past, column_names(config.table.mapping));
  Readings last = together(past, job.readings(), columns);
  last.steady = clock.steady();
  pass(past, std::move(last), std::move(columns), config.lanes.count, std::move(history));
}

}  // namespace

Summary run_job(const Config& config, const RunPlan& plan, World& world,
                const std::stop_token& stop) {
  Log log(log_format(config, world), config.log.level);
  Outage queue_outage("queue", log);
  Outage database_outage("database", log);
  // A drain's lanes each make sure that the queue is empty; those of a service wait for one
  // another.
  IdleWatch idle_watch;
  LeftMessages left;
  QueueAccess access(config, world.environment, aws::MissingQueue::wait, world.clock, log);
  Heartbeats own_heartbeats(world.clock);
  Heartbeats& heartbeats = plan.heartbeats != nullptr ? *plan.heartbeats : own_heartbeats;
  log.limit(world.clock);
  Tap tap(tap_renderers(config.table), world.clock);
  TraceLog traces;
  Job job(config, access,
          {.clock = world.clock,
           .log = log,
           .queue_outage = queue_outage,
           .database_outage = database_outage,
           .left = left,
           .idle_watch = plan.until == Until::stopped ? &idle_watch : nullptr,
           .tap = &tap},
          lane_settings(config, plan.until), config.traces == Traces::otlp ? &traces : nullptr);

  announce(config, access, world, log);
  const SteadyTime started = world.clock.steady();
  Past fresh;
  Past& past = plan.past != nullptr ? *plan.past : fresh;
  past.started = past.started.value_or(started);
  std::deque<Moment> history;
  {
    const ManifestKeeper manifest(
        config,
        {.counts = [&job] { return manifest_counts(job.totals()); }, .database = database_outage},
        world.clock, heartbeats, log);
    QueueConnection watch(access, world.clock, log);
    QueueConnection monitor_watch(access, world.clock, log);
    std::optional<Monitor> monitor;
    Monitor::Parts parts{
        .config = config,
        .job = job,
        .queue = monitor_watch,
        .queue_outage = queue_outage,
        .database_outage = database_outage,
        .clock = world.clock,
        .heartbeats = heartbeats,
        .log = log,
        .out = world.out,
        .queue_shown = access.shown(),
        .tap = tap,
        .past = past,
        .otlp_metrics = route_to(otlp_target(world.environment, OtlpSignal::metrics), access),
        .otlp_traces = route_to(traces_target(config.traces, world.environment), access),
        .traces = traces};
    if (is_watched(config, parts)) {
      monitor.emplace(std::move(parts));
    }
    const Reporter reporter(plan.report,
                            reporter_asks(past, job, watch, queue_outage, database_outage), world,
                            heartbeats, log);
    job.run(stop);
    if (monitor) {
      history = monitor->history();
    }
  }
  const Summary summary = summary_of(job, started, world.clock);
  log_stop(totals_with(past, job), log);
  hand_on(past, config, job, world.clock, std::move(history));
  return summary;
}

}  // namespace moretta::app
