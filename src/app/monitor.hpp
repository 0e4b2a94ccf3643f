#pragma once

// What can be seen of a job from outside while it runs: the status server, if the configuration
// wants one.

#include <iosfwd>
#include <memory>
#include <thread>

#include "app/config.hpp"
#include "app/job.hpp"
#include "app/otlp_push.hpp"
#include "app/status/observer.hpp"
#include "app/status/status_server.hpp"
#include "core/outage.hpp"

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
    Log& log;
    std::ostream& out;
    std::string queue_shown;
    Tap& tap;
    std::optional<OtlpTarget> otlp;        // where metrics are pushed to; none: nowhere
    std::unique_ptr<aws::Http> otlp_http;  // with it
  };

  // Throws Refused if the address cannot be listened on.
  explicit Monitor(Parts parts);
  // Writes what has not been written.
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

 private:
  StatusPages pages(const ListenAddress& address) const;
  void write_emf(const std::stop_token& stop);

  std::string config_json_;
  Observer observer_;
  std::unique_ptr<StatusServer> server_;
  Tap& tap_;
  Clock& clock_;
  std::ostream& out_;
  std::jthread emf_writer_;
  std::optional<OtlpPush> otlp_;
};

}  // namespace moretta::app
