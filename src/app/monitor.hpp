#pragma once

// What can be seen of a job from outside while it runs: the status server, if the configuration
// wants one.

#include <memory>

#include "app/config.hpp"
#include "app/job.hpp"
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
    std::string queue_shown;
  };

  // Throws Refused if the address cannot be listened on.
  explicit Monitor(const Parts& parts);

 private:
  StatusPages pages() const;

  std::string config_json_;
  Observer observer_;
  std::unique_ptr<StatusServer> server_;
};

}  // namespace moretta::app
