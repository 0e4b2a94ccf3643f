#pragma once

// What can be seen of a job from outside while it runs: the status server, if the configuration
// wants one.

#include <iosfwd>
#include <memory>
#include <thread>

#include "app/config.hpp"
#include "app/job.hpp"
#include "app/otlp_push.hpp"
#include "app/past.hpp"
#include "app/status/observer.hpp"
#include "app/status/status_server.hpp"
#include "base/heartbeat.hpp"
#include "base/random.hpp"
#include "core/outage.hpp"
#include "core/trace_log.hpp"

namespace moretta::app {

class Monitor {
 public:
  // Everything is borrowed and outlives the monitor.
  struct Parts {
    const Config& config;
    const Job& job;
    QueueConnection& queue;  // used by nobody else
    const Outage& queue_outage;
    const Outage& database_outage;
    Clock& clock;
    Heartbeats& heartbeats;
    Log& log;
    std::ostream& out;
    std::string queue_shown;
    Tap& tap;
    const Past& past;
    std::optional<OtlpRoute> otlp_metrics;  // where they are pushed to; none: nowhere
    std::optional<OtlpRoute> otlp_traces;   // likewise
    TraceLog& traces;
  };

  // Throws Refused if the address cannot be listened on.
  explicit Monitor(Parts parts);
  // Writes what has not been written.
  ~Monitor();

  [[nodiscard]] std::deque<Moment> history() const;
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

 private:
  StatusPages pages(const ListenAddress& address) const;
  void write_emf(const std::stop_token& stop, const Readings& before);
  void push_to_collectors(Parts& parts);
  std::string traces_body();

  std::string config_json_;
  Observer observer_;
  std::unique_ptr<StatusServer> server_;
  Tap& tap_;
  Heartbeats& heartbeats_;
  Log& log_;
  std::ostream& out_;
  TraceLog& traces_;
  SystemRandom random_;  // for the thread that pushes traces
  std::jthread emf_writer_;
  std::optional<OtlpPush> metrics_push_;
  std::optional<OtlpPush> traces_push_;
};

}  // namespace moretta::app
