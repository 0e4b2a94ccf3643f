#include "app/manifest/manifest_keeper.hpp"

#include "app/inspect.hpp"
#include "app/version.hpp"
#include "base/errors.hpp"
#include "pg/schema.hpp"

namespace moretta::app {

namespace {

// What a worker that is killed leaves out of the manifest, at most; a record costs one transaction.
constexpr Millis note_every{10 * 60'000};

// Soon after the start, while somebody is looking: by then it is known whether it can be kept.
constexpr Millis first_note{60'000};

// At the end somebody waits: a database that does not answer at once goes without the last record.
constexpr Seconds wait_max{5};

}  // namespace

ManifestKeeper::ManifestKeeper(const Config& config, Job job, Clock& clock, Heartbeats& heartbeats,
                               Log& log)
    : config_(config),
      job_(std::move(job)),
      clock_(clock),
      heartbeats_(heartbeats),
      log_(log),
      since_(clock.wall()) {
  if (!keeps_manifest(config)) {
    return;
  }
  masks_ = masks_json(config);
  thread_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

ManifestKeeper::~ManifestKeeper() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
    note();
  }
}

void ManifestKeeper::keep(const std::stop_token& stop) {
  Heartbeat heartbeat(heartbeats_, "the manifest keeper");
  for (Millis wait = first_note; heartbeat.sleep(wait, stop); wait = note_every) {
    note();
  }
}

void ManifestKeeper::say_once(const ManifestTable::Closed& closed) {
  if (!has_said_closed_) {
    log_.warn("manifest_not_kept",
              {{"table", pg::manifest_beside(pg::parse_table_name(config_.table.name)).shown()},
               {"what", closed.what},
               {"fix", closed.fix}});
  }
  has_said_closed_ = true;
}

// What cannot be noted now is part of the next record.
void ManifestKeeper::note() {
  const ManifestCounts counts = job_.counts();
  const WallTime now = clock_.wall();
  if (counts == noted_ || job_.database.may_be_on()) {
    return;
  }
  ManifestRecord record{.since = moment_text(since_),
                        .at = moment_text(now),
                        .version = std::string(version_number()),
                        .config = fingerprint(config_.table),
                        .counts = counts - noted_,
                        .masks = masks_};
  try {
    const pg::Conninfo conninfo = conninfo_of(config_);
    const SteadyTime end = clock_.steady() + wait_max;
    const auto give_up = [this, end] {
      if (clock_.steady() >= end) {
        throw Unavailable("cannot connect to postgres in time");
      }
    };
    pg::Connection connection(conninfo, {.purpose = "moretta manifest",
                                         .statement_timeout = wait_max,
                                         .while_waiting = give_up,
                                         .connect_timeout = wait_max});
    ManifestTable table(connection, pg::parse_table_name(config_.table.name));
    if (const auto closed = table.closed()) {
      say_once(*closed);
    } else {
      table.append(record, *config_.keys.master);
      log_.debug("manifest", {{"seq", record.seq}, {"stored", record.counts.stored}});
    }
  } catch (const std::exception& error) {
    log_.warn("manifest_not_written", {{"error", error.what()}});
    return;
  }
  noted_ = counts;
  since_ = now;
}

}  // namespace moretta::app
