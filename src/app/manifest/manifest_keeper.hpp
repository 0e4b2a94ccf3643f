#pragma once

// Adds to the manifest while a job runs: a record every so often, and one at its end. On a thread
// and a connection of its own; the lanes do not know of it.

#include <functional>
#include <string>
#include <thread>

#include "app/manifest/manifest.hpp"
#include "app/manifest/manifest_table.hpp"
#include "base/heartbeat.hpp"
#include "base/log.hpp"
#include "core/outage.hpp"

namespace moretta::app {

class ManifestKeeper {
 public:
  struct Job {
    std::function<ManifestCounts()> counts;  // since its start
    const Outage& database;
  };

  // Until destroyed, by when the job must be over. Everything borrowed must outlive it. Does
  // nothing without a key that is kept.
  ManifestKeeper(const Config& config, Job job, Clock& clock, Heartbeats& heartbeats, Log& log);
  ~ManifestKeeper();
  ManifestKeeper(const ManifestKeeper&) = delete;
  ManifestKeeper& operator=(const ManifestKeeper&) = delete;

 private:
  void keep(const std::stop_token& stop);
  void note();
  void say_once(const ManifestTable::Closed& closed);

  const Config& config_;
  Job job_;
  Clock& clock_;
  Heartbeats& heartbeats_;
  Log& log_;
  std::string masks_;
  WallTime since_;
  ManifestCounts noted_;
  bool has_said_closed_ = false;
  std::jthread thread_;
};

}  // namespace moretta::app
