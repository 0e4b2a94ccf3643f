#pragma once

// The bodies `run` and `drain`: from a configuration to a summary.

#include <stop_token>

#include "app/config.hpp"
#include "app/past.hpp"
#include "app/reporter.hpp"
#include "app/summary.hpp"
#include "app/world.hpp"
#include "base/heartbeat.hpp"
#include "core/stop_rule.hpp"

namespace moretta::app {

struct RunPlan {
  Until until = Until::stopped;
  ReportStyle report = ReportStyle::log_lines;
  Past* past = nullptr;              // goes on from there, and becomes it; null: nothing was before
  Heartbeats* heartbeats = nullptr;  // of loops around it, for its watchdog; null: there are none
};

// Until stop is requested (run), or until the queue is empty or stop is requested (drain). Throws
// Refused.
Summary run_job(const Config& config, const RunPlan& plan, World& world,
                const std::stop_token& stop);

// Says of each column whose tokens can be guessed without the key.
void warn_of_guessing(const Table& table, Log& log);
void warn_of_epochs(const Config& config, WallTime now, Log& log);

// As the configuration asks: automatic is text on a terminal, JSON elsewhere.
LogFormat log_format(const Config& config, const World& world);

}  // namespace moretta::app
