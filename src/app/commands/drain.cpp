#include <algorithm>
#include <ostream>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/run.hpp"
#include "app/signals.hpp"

namespace moretta::app {

namespace {

ReportStyle report_style(const DrainOptions& options, const World& world) {
  const bool on_terminal = world.terminal.err && options.progress == Progress::automatic;
  return on_terminal ? ReportStyle::progress_line : ReportStyle::log_lines;
}

bool has_rejects(const Totals& totals) {
  return std::ranges::any_of(totals.rejects, [](std::int64_t count) { return count > 0; });
}

}  // namespace

int drain(const DrainOptions& options, World& world) {
  const StopSignals signals;
  const Config config =
      load_config(options.overrides, world.environment,
                  {.queue = Need::yes, .database = Need::yes, .key = KeyUse::all});
  const Summary summary =
      run_job(config, {.until = Until::empty, .report = report_style(options, world)}, world,
              signals.token());
  if (options.output == Output::json) {
    world.out << summary_json(summary) << std::endl;
  } else {
    world.err << summary_text(summary) << std::flush;
  }
  if (!adds_up(summary.totals)) {
    return exit_failed;
  }
  if (signals.token().stop_requested()) {
    world.err << "stopped before the queue was empty\n" << std::flush;
    return exit_failed;
  }
  return has_rejects(summary.totals) ? exit_rejects : exit_done;
}

}  // namespace moretta::app
