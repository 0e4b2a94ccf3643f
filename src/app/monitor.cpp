#include "app/monitor.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "app/shown_config.hpp"
#include "app/status/emf.hpp"
#include "app/status/otlp.hpp"
#include "app/status/otlp_traces.hpp"
#include "app/status/prometheus.hpp"
#include "app/status/status_json.hpp"
#include "app/version.hpp"

namespace moretta::app {

namespace {

constexpr Millis emf_every{60'000};  // the finest that CloudWatch keeps without more money

JobFacts facts_of(const Monitor::Parts& parts) {
  JobFacts facts{.version = std::string(version_number()),
                 .fingerprint = fingerprint(parts.config.table),
                 .queue = parts.queue_shown,
                 .table = parts.config.table.name,
                 .columns = columns_with(parts.past, column_names(parts.config.table.mapping)),
                 .key_id = parts.config.keys.master ? parts.config.keys.master->id : 0,
                 .lanes = parts.config.lanes.count};
  return facts;
}

Observer::Asks asks_of(const Monitor::Parts& parts) {
  const SteadyTime started = parts.past.started.value_or(parts.clock.steady());
  return {
      .readings =
          [&job = parts.job, &clock = parts.clock, &heartbeats = parts.heartbeats,
           &queue = parts.queue_outage, &database = parts.database_outage, &past = parts.past,
           started, columns = columns_with(parts.past, column_names(parts.config.table.mapping))] {
            Readings readings = together(past, job.readings(), columns);
            readings.wall = clock.wall();
            readings.steady = clock.steady();
            readings.uptime_seconds =
                std::chrono::duration<double>(readings.steady - started).count();
            readings.away = {.queue = queue.is_on(), .database = database.is_on()};
            readings.longest_round = heartbeats.longest_round();
            readings.process = process_now();
            return readings;
          },
      .depth =
          [&queue = parts.queue] {
            return depth_if_known(queue);
          }};
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(", "), text.size());
    if (end > 0) {
      names.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

}  // namespace

Monitor::Monitor(Parts parts)
    : config_json_(shown_config_json(parts.config)),
      observer_(facts_of(parts), asks_of(parts), parts.heartbeats, parts.past.history),
      tap_(parts.tap),
      heartbeats_(parts.heartbeats),
      log_(parts.log),
      out_(parts.out),
      traces_(parts.traces) {
  if (parts.config.metrics == Metrics::emf) {
    emf_writer_ = std::jthread([this, before = parts.past.readings](const std::stop_token& stop) {
      write_emf(stop, before);
    });
  }
  push_to_collectors(parts);
  if (parts.config.status.listen.empty()) {
    return;
  }
  const auto address = parse_listen(parts.config.status.listen);
  ENSURE(address.has_value());  // the loader has looked
  StatusPages served = pages(*address);
  served.host_names = split_names(parts.config.status.host_names);
  server_ = std::make_unique<StatusServer>(*address, std::move(served));
  parts.log.info("status_listening", {{"address", address->host}, {"port", server_->port()}});
}

Monitor::~Monitor() = default;

// A line a minute, and one for what is left at the end.
void Monitor::write_emf(const std::stop_token& stop, const Readings& before) {
  Heartbeat heartbeat(heartbeats_, "the writer of metrics");
  EmfWriter writer(observer_.facts(), EmfBody::worker, before);
  bool goes_on = true;
  while (goes_on) {
    goes_on = heartbeat.sleep(emf_every, stop);
    out_ << writer.line(observer_.readings()) + "\n" << std::flush;
  }
}

void Monitor::push_to_collectors(Parts& parts) {
  if (parts.otlp_metrics) {
    metrics_push_.emplace(
        std::move(*parts.otlp_metrics),
        [this] {
          const Readings now = observer_.readings();
          return otlp_metrics(observer_.facts(), now, snapshot(observer_.facts(), now));
        },
        parts.heartbeats, parts.log);
  }
  if (parts.otlp_traces) {
    traces_push_.emplace(
        std::move(*parts.otlp_traces), [this] { return traces_body(); }, parts.heartbeats,
        parts.log);
  }
}

std::string Monitor::traces_body() {
  const TraceLog::Taken taken = traces_.take();
  if (taken.left_out > 0) {
    log_.warn("turns_not_traced", {{"turns", taken.left_out}});
  }
  return taken.turns.empty() ? std::string() : otlp_traces(observer_.facts(), taken.turns, random_);
}

std::deque<Moment> Monitor::history() const {
  const std::vector<Moment> all = observer_.history(WallTime{});
  return {all.begin(), all.end()};
}

StatusPages Monitor::pages(const ListenAddress& address) const {
  StatusPages pages{
      .metrics = [this] { return prometheus_text(observer_.series()); },
      .status =
          [this] {
            const Readings now = observer_.readings();
            return status_json(observer_.facts(), now, observer_.flow(now));
          },
      .history = [this](WallTime since) { return history_json(observer_.history(since)); },
      .config = [this] { return config_json_; },
      .health =
          [this] {
            const Readings now = observer_.readings();
            const bool stalled = state_of(now) == State::stalled;
            return std::pair(!stalled, stalled ? stalled_text(now) : std::string("ok"));
          },
      .readiness =
          [this] {
            const Readings now = observer_.readings();
            const bool works = state_of(now) == State::working;
            return std::pair(works, works ? std::string("ready") : state_text(now));
          },
      .host_names = {}};
  // Tokens of passing rows are for who is on this machine.
  if (is_loopback(address)) {
    pages.tap = [this](std::uint64_t after) {
      return tap_json(tap_.look(after));
    };
  }
  return pages;
}

}  // namespace moretta::app
