#pragma once

// Says how far a job has come while it runs: a progress line on a terminal, a log line a minute
// elsewhere. On a thread of its own; the lanes do not know of it.

#include <functional>
#include <string_view>
#include <thread>

#include "app/progress.hpp"
#include "app/world.hpp"
#include "base/heartbeat.hpp"
#include "base/log.hpp"

namespace moretta::app {

enum class ReportStyle { progress_line, log_lines };

class Reporter {
 public:
  struct Asks {
    std::function<Totals()> totals;
    std::function<std::optional<Depth>()> depth;  // may take a moment
    std::function<std::string_view()> waiting_for;
  };

  // Runs until destroyed. Everything borrowed must outlive it.
  Reporter(ReportStyle style, Asks asks, World& world, Heartbeats& heartbeats, Log& log);
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

 private:
  void draw_progress(Heartbeat& heartbeat, const std::stop_token& stop);
  void log_progress(Heartbeat& heartbeat, const std::stop_token& stop);

  Asks asks_;
  World& world_;
  Log& log_;
  SteadyTime started_;
  std::jthread thread_;
};

}  // namespace moretta::app
