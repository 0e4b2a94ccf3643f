#include "app/job.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/key_use.hpp"
#include "app/version.hpp"
#include "aws/s3_payloads.hpp"
#include "aws/sqs_source.hpp"
#include "core/lane_pool.hpp"
#include "core/metered.hpp"
#include "core/traced.hpp"

namespace moretta::app {

namespace {

std::optional<aws::Protocol> protocol_of(QueueProtocol protocol) {
  switch (protocol) {
    case QueueProtocol::json:
      return aws::Protocol::json;
    case QueueProtocol::query:
      return aws::Protocol::query;
    case QueueProtocol::automatic:
      return std::nullopt;
  }
  return std::nullopt;
}

aws::SenderAttributes attributes_for(const Config& config) {
  const Mapping& mapping = config.table.mapping;
  const bool reads_one =
      !config.payloads.buckets.empty() ||  // an attribute marks a pointer
      std::ranges::find(mapping, Origin::attribute, &Column::origin) != mapping.end();
  if (reads_one) {
    return aws::SenderAttributes::all;
  }
  return config.traces == Traces::none ? aws::SenderAttributes::none : aws::SenderAttributes::trace;
}

// Gives requests up that the caller did not know to be worth it no longer.
class StoppableHttp final : public aws::Http {
 public:
  StoppableHttp(std::unique_ptr<aws::Http> http, std::stop_token stop)
      : http_(std::move(http)), stop_(std::move(stop)) {}

  std::vector<aws::HttpResponse> perform(std::span<const aws::HttpRequest> requests) override {
    std::vector<aws::HttpRequest> stoppable(requests.begin(), requests.end());
    for (aws::HttpRequest& request : stoppable) {
      request.stop = stop_;
    }
    return http_->perform(stoppable);
  }

 private:
  std::unique_ptr<aws::Http> http_;
  std::stop_token stop_;
};

}  // namespace

QueueAccess::QueueAccess(const Config& config, const Environment& environment,
                         aws::MissingQueue missing, Clock& clock, Log& log)
    : queue_(config.queue.url),
      attributes_(attributes_for(config)),
      endpoint_(aws::find_sqs_endpoint({.queue = config.queue.url,
                                        .region = config.queue.region,
                                        .endpoint = config.queue.endpoint},
                                       for_aws(environment),
                                       aws::ProfileFiles::load(for_aws(environment)))),
      protocol_(protocol_of(config.queue.protocol)),
      missing_(missing),
      aws_(environment, clock, log) {}

std::string QueueAccess::shown() const {
  return std::string(aws::queue_name(queue_));
}

aws::SqsSettings QueueAccess::settings() const {
  return {.endpoint = endpoint_, .protocol = protocol_, .missing_queue = missing_};
}

std::unique_ptr<aws::Http> QueueAccess::open_http() const {
  std::unique_ptr<aws::Http> http = aws_.open_http();
  return stop_.stop_possible() ? std::make_unique<StoppableHttp>(std::move(http), stop_)
                               : std::move(http);
}

std::unique_ptr<Payloads> QueueAccess::open_payloads(const Config& config, Clock& clock, Log& log) {
  return app::open_payloads(config, aws_, endpoint_.region, clock, log);
}

QueueConnection::QueueConnection(QueueAccess& access, Clock& clock, Log& log)
    : access_(access),
      clock_(clock),
      http_(access.open_http()),
      client_({.http = *http_,
               .credentials = access.credentials(),
               .clock = clock,
               .random = random_,
               .log = log},
              access.settings()) {}

QueueConnection::~QueueConnection() = default;

const std::string& QueueConnection::url() {
  if (url_.empty()) {
    url_ = aws::is_url(access_.queue()) ? access_.queue() : client_.queue_url(access_.queue());
  }
  return url_;
}

Source& QueueConnection::source() {
  if (source_ == nullptr) {
    source_ = std::make_unique<aws::SqsSource>(client_, clock_, url(), access_.attributes());
  }
  return *source_;
}

std::vector<Message> QueueConnection::receive(const Ask& ask) {
  return source().receive(ask);
}

std::size_t QueueConnection::settle(std::span<const Message> messages,
                                    std::span<const Outcome> outcomes) {
  return source().settle(messages, outcomes);
}

std::size_t QueueConnection::hold(std::span<const Message> messages, Seconds lease) {
  return source().hold(messages, lease);
}

Seconds QueueConnection::lease() {
  return source().lease();
}

Depth QueueConnection::depth() {
  return source().depth();
}

Order queue_order(const Config& config) {
  return aws::is_fifo(config.queue.url) ? Order::by_group : Order::any;
}

std::optional<Depth> depth_if_known(Source& source) {
  try {
    return source.depth();
  } catch (const std::exception&) {
    return std::nullopt;  // the lanes meet the same error and say so
  }
}

std::vector<std::string> column_names(const Mapping& mapping) {
  std::vector<std::string> names;
  for (const Column& column : mapping) {
    names.push_back(column.name);
  }
  return names;
}

std::size_t event_bytes_max(const Config& config) {
  return config.payloads.buckets.empty()
             ? body_bytes_max
             : std::max(body_bytes_max, static_cast<std::size_t>(config.payloads.bytes_max));
}

std::unique_ptr<Payloads> open_payloads(const Config& config, AwsAccess& aws,
                                        const std::string& region, Clock& clock, Log& log) {
  if (config.payloads.buckets.empty()) {
    return nullptr;
  }
  return std::make_unique<aws::S3Payloads>(
      aws::S3Payloads::World{
          .http = aws.open_http({.response_bytes_max = event_bytes_max(config) + body_bytes_max}),
          .credentials = aws.credentials(),
          .clock = clock,
          .log = log},
      aws::S3Payloads::Settings{.endpoint = aws.endpoint("s3", region),
                                .buckets = config.payloads.buckets,
                                .bytes_max = static_cast<std::size_t>(config.payloads.bytes_max),
                                .erase = config.payloads.after == AfterStored::erase});
}

Transform::Parts transform_parts(const Config& config) {
  return {.mapping = config.table.mapping,
          .policies = config.table.policies,
          .key = config.keys.master ? &*config.keys.master : nullptr,
          .config_fingerprint = fingerprint(config.table),
          .envelope = config.table.envelope,
          .event_bytes_max = event_bytes_max(config),
          .recovery = config.keys.recovery ? &*config.keys.recovery : nullptr,
          .keys = config.keys.set ? &*config.keys.set : nullptr};
}

pg::SinkOptions sink_options(const Config& config, const std::string& purpose) {
  return {.conninfo = conninfo_of(config),
          .tables = pg::tables_beside(pg::parse_table_name(config.table.name)),
          .mapping = config.table.mapping,
          .ledger = config.ledger == Ledger::on ? pg::Ledger::on : pg::Ledger::off,
          .rules = {.order = queue_order(config), .key = config.table.key},
          .window = {.keep = config.ledger_retention},
          .keys = key_uses(config),
          .widths = pg::token_widths(config.table.mapping, config.table.policies, config.keys.id),
          .writer = {.version = std::string(version_number()), .config = fingerprint(config.table)},
          .connection = {.purpose = purpose}};
}

// What one lane has to itself.
struct Job::Worker {
  Worker(int id, const Config& config, QueueAccess& access, const Lane::Shared& shared,
         TraceLog* traces)
      : source(access, shared.clock, shared.log),
        sink(waiting_options(config, id), shared.clock, shared.log),
        transform(metered_parts(config, shared), random),
        metered_source(source, meter, shared.clock),
        metered_sink(sink, meter, shared.clock, {.tap = shared.tap, .lane = id}),
        tally(column_names(config.table.mapping)),
        payloads(access.open_payloads(config, shared.clock, shared.log)) {
    if (traces != nullptr) {
      traced.emplace(id, *traces, *this, shared.clock);
    }
  }

  Transform::Parts metered_parts(const Config& config, const Lane::Shared& shared) {
    Transform::Parts parts = transform_parts(config);
    parts.clock = &shared.clock;
    parts.times = &meter.transform;
    return parts;
  }

  // Its sink lets the lane keep its leases, however long the server takes.
  pg::SinkOptions waiting_options(const Config& config, int id) {
    pg::SinkOptions options = sink_options(config, fmt::format("moretta lane {}", id));
    options.connection.while_waiting = [this] {
      if (lane != nullptr) {
        lane->while_waiting();
      }
    };
    return options;
  }

  Lane* lane = nullptr;  // made last
  SystemRandom random;
  LaneMeter meter;
  QueueConnection source;
  pg::PgSink sink;
  Transform transform;
  MeteredSource metered_source;
  MeteredSink metered_sink;
  Tally tally;
  std::unique_ptr<Payloads> payloads;

  // In front of the metered ports, if turns are traced.
  struct Traced {
    Traced(int id, TraceLog& log, Worker& worker, const Clock& clock)
        : tracer(id, log, clock, worker.meter.transform),
          source(worker.metered_source, tracer),
          sink(worker.metered_sink, tracer) {}

    LaneTracer tracer;
    TracedSource source;
    TracedSink sink;
  };
  std::optional<Traced> traced;

  Source& lane_source() { return traced ? static_cast<Source&>(traced->source) : metered_source; }
  Sink& lane_sink() { return traced ? static_cast<Sink&>(traced->sink) : metered_sink; }
};

Job::Job(const Config& config, QueueAccess& access, const Lane::Shared& shared,
         const LaneSettings& settings, TraceLog* traces) {
  for (int id = 0; id < config.lanes.count; ++id) {
    Worker& worker =
        *workers_.emplace_back(std::make_unique<Worker>(id, config, access, shared, traces));
    lanes_.push_back(std::make_unique<Lane>(id,
                                            Lane::Own{.source = worker.lane_source(),
                                                      .sink = worker.lane_sink(),
                                                      .transform = worker.transform,
                                                      .random = worker.random,
                                                      .tally = worker.tally,
                                                      .payloads = worker.payloads.get()},
                                            shared, settings));
    worker.lane = lanes_.back().get();
  }
}

Job::~Job() = default;

void Job::run(const std::stop_token& stop) {
  LanePool::run(lanes_, stop);
  for (const auto& worker : workers_) {
    if (worker->traced) {
      worker->traced->tracer.end();  // no receive came after the last turn
    }
  }
}

Totals Job::totals() const {
  Totals totals;
  for (const auto& worker : workers_) {
    totals += worker->tally.totals();
  }
  return totals;
}

Readings Job::readings() const {
  Readings all;
  for (const auto& worker : workers_) {
    const std::vector<RejectCounts> rejects = worker->tally.rejects_by_column();
    all.rejects.resize(rejects.size());
    for (std::size_t column = 0; column < rejects.size(); ++column) {
      for (std::size_t reason = 0; reason < reason_count; ++reason) {
        all.rejects[column][reason] += rejects[column][reason];
      }
    }
    all.totals += worker->tally.totals();
    all.times += worker->meter.times();
    all.lanes.push_back(worker->meter.reading());
    all.sqs += worker->source.usage().counts();
    const pg::SinkReading sink = worker->sink.figures().reading();
    all.sink.connections += sink.connections;
    all.sink.ledger_rows = std::max(all.sink.ledger_rows, sink.ledger_rows);
    all.sink.vault_rows = std::max(all.sink.vault_rows, sink.vault_rows);
    all.sink.quarantine_rows = std::max(all.sink.quarantine_rows, sink.quarantine_rows);
  }
  return all;
}

SteadyTime Job::last_turn() const {
  SteadyTime last{};
  for (const auto& worker : workers_) {
    last = std::max(last, worker->tally.last_turn());
  }
  return last;
}

}  // namespace moretta::app
