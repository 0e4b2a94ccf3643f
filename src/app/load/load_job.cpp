#include "app/load/load_job.hpp"

#include <algorithm>
#include <functional>
#include <memory>

#include <fmt/format.h>

#include "app/job.hpp"
#include "app/key_use.hpp"
#include "app/load/load_lane.hpp"
#include "app/load/load_plan.hpp"
#include "app/load/sent_time.hpp"
#include "app/manifest/manifest_keeper.hpp"
#include "app/problem.hpp"
#include "app/run.hpp"
#include "base/errors.hpp"
#include "core/lane_pool.hpp"
#include "pg/key_registry.hpp"
#include "pg/table_columns.hpp"

namespace moretta::app {

namespace {

Transform::Parts parts_of(const Config& config, const SentTimePlan& sent) {
  Transform::Parts parts = transform_parts(config);
  parts.mapping = sent.mapping;
  return parts;
}

// What one lane has to itself.
struct Worker {
  Worker(int id, const Config& config, const SentTimePlan& sent, const LoadLane::Shared& shared)
      : transform(parts_of(config, sent), random),
        sink({.conninfo = conninfo_of(config),
              .tables = pg::tables_beside(pg::parse_table_name(config.table.name)),
              .mapping = sent.mapping,
              .connection = {.purpose = fmt::format("moretta load {}", id)}},
             shared.clock),
        encoder(transform, sent.mapping, sent.times, shared.clock.wall()),
        lane({.encoder = encoder, .sink = sink, .random = random}, shared) {}

  SystemRandom random;
  Transform transform;
  pg::LoadSink sink;
  LineEncoder encoder;
  LoadLane lane;
};

using Workers = std::vector<std::unique_ptr<Worker>>;

Totals totals_of(const Workers& workers) {
  Totals totals;
  for (const auto& worker : workers) {
    totals += worker->lane.totals();
  }
  return totals;
}

// The lines that are left, by the bytes that are and the length of the lines so far.
std::optional<Depth> lines_left(const Workers& workers, const LoadPlan& plan) {
  std::int64_t bytes = 0;
  std::int64_t lines = 0;
  for (const auto& worker : workers) {
    bytes += worker->lane.bytes_done();
    lines += worker->lane.totals().stored + worker->lane.totals().quarantined;
  }
  if (bytes == 0 || plan.bytes == 0) {
    return std::nullopt;  // nothing is known yet, or all comes from a pipe
  }
  const double per_line =
      static_cast<double>(bytes) / static_cast<double>(std::max(lines, std::int64_t{1}));
  const auto left = static_cast<double>(std::max(plan.bytes - bytes, std::int64_t{0}));
  return Depth{.visible = static_cast<std::int64_t>(left / per_line)};
}

void run_lanes(const Workers& workers, const std::stop_token& stop) {
  std::vector<std::function<void(const std::stop_token&)>> lanes;
  for (const auto& worker : workers) {
    lanes.emplace_back([&worker](const std::stop_token& token) { worker->lane.run(token); });
  }
  run_side_by_side(lanes, stop);
}

void expect_loadable(const Config& config, const LoadOptions& options) {
  if (!config.keys.master) {
    throw BadUsage(
        "lines that give no row are sealed and kept in the quarantine, whatever `on_reject` says: "
        "that takes a key; set `on_reject: quarantine` and keys.secret");
  }
  if (config.table.key.settles_conflicts()) {
    throw BadUsage(
        "COPY, by which files are loaded, settles no conflicts; load into a table without the "
        "unique index and merge by SQL, or take `table.on_conflict` out for the load");
  }
  for (const Column& column : config.table.mapping) {
    if (column.origin == Origin::message_id && column.type == ColumnType::uuid) {
      throw BadUsage(fmt::format(
          "$message_id of a line is its file and place, which column {}, a uuid, cannot hold; make "
          "it text",
          column.name));
    }
  }
  const bool has_stream = std::ranges::find(options.files, "-") != options.files.end();
  if (has_stream && options.sent_at == "mtime") {
    throw BadUsage("--sent-at mtime: standard input has no time; name a file, or give a time");
  }
}

}  // namespace

LoadSummary run_load(const Config& config, const LoadOptions& options, ReportStyle style,
                     World& world, const std::stop_token& stop) {
  expect_loadable(config, options);
  const SentTimePlan sent = plan_sent_times(config.table.mapping, options.sent_at);
  const pg::Tables tables = pg::tables_beside(pg::parse_table_name(config.table.name));
  const pg::Conninfo conninfo = conninfo_of(config);
  LoadPlan plan;
  {
    pg::Connection connection(conninfo, {.purpose = "moretta load"});
    plan = plan_load(options, tables, connection, world.random);
    // What is wrong with the table is said before the first line is read.
    pg::LoadSink({.conninfo = conninfo, .tables = tables, .mapping = sent.mapping}, world.clock)
        .open();
    pg::expect_widths(
        connection, tables.target,
        pg::token_widths(config.table.mapping, config.table.policies, config.keys.id));
    pg::register_keys(connection, tables.key_registry, key_uses(config));
  }

  Log log(log_format(config, world), config.log.level);
  Outage database_outage("database", log);
  PartQueue queue(plan.parts);
  const LoadLane::Shared shared{
      .queue = queue, .clock = world.clock, .database_outage = database_outage};
  const auto lanes = std::min(static_cast<std::size_t>(config.lanes.count), plan.parts.size());
  Workers workers;
  for (std::size_t id = 0; id < lanes; ++id) {
    workers.push_back(std::make_unique<Worker>(static_cast<int>(id), config, sent, shared));
  }
  warn_of_guessing(config.table, log);
  warn_of_epochs(config, world.clock.wall(), log);
  log.info("start", {{"files", options.files.size()},
                     {"table", config.table.name},
                     {"lanes", lanes},
                     {"already_loaded", plan.already_loaded},
                     {"config", fingerprint(config.table)}});
  const SteadyTime started = world.clock.steady();
  Heartbeats heartbeats(world.clock);
  {
    const ManifestKeeper manifest(
        config,
        {.counts = [&workers] { return manifest_counts(totals_of(workers)); },
         .database = database_outage},
        world.clock, heartbeats, log);
    const Reporter reporter(style,
                            {.totals = [&workers] { return totals_of(workers); },
                             .depth = [&] { return lines_left(workers, plan); },
                             .waiting_for =
                                 [&database_outage] {
                                   return database_outage.is_on() ? std::string_view("database")
                                                                  : std::string_view();
                                 }},
                            world, heartbeats, log);
    run_lanes(workers, stop);
  }
  return {.run = {.totals = totals_of(workers),
                  .seconds = std::chrono::duration<double>(world.clock.steady() - started).count(),
                  .cpu_seconds = process_cpu_seconds()},
          .already_loaded = plan.already_loaded};
}

std::string summary_json(const LoadSummary& summary) {
  std::string text = summary_json(summary.run);
  text.pop_back();
  return text + fmt::format(R"(,"already_loaded":{}}})", summary.already_loaded);
}

std::string summary_text(const LoadSummary& summary) {
  std::string text = summary_text(summary.run);
  if (summary.already_loaded > 0) {
    text += fmt::format("{} lines were loaded before\n", grouped(summary.already_loaded));
  }
  return text;
}

}  // namespace moretta::app
