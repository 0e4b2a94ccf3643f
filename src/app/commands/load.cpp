#include <algorithm>
#include <ostream>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/load/load_job.hpp"
#include "app/signals.hpp"

namespace moretta::app {

namespace {

void say_how_to_go_on(const LoadOptions& options, World& world) {
  const bool has_stream = std::ranges::find(options.files, "-") != options.files.end();
  world.err << "stopped before the end; "
            << (has_stream ? "standard input cannot be come back to: the lines counted as stored "
                             "would be stored again\n"
                           : "run the same command again to go on from here\n")
            << std::flush;
}

}  // namespace

int load(const LoadOptions& options, World& world) {
  const StopSignals signals;
  const Config config = load_config(options.overrides, world.environment,
                                    {.database = Need::yes, .key = KeyUse::all});
  const bool on_terminal = world.terminal.err && options.progress == Progress::automatic;
  const LoadSummary summary =
      run_load(config, options, on_terminal ? ReportStyle::progress_line : ReportStyle::log_lines,
               world, signals.token());
  if (options.output == Output::json) {
    world.out << summary_json(summary) << std::endl;
  } else {
    world.err << summary_text(summary) << std::flush;
  }
  if (!adds_up(summary.run.totals)) {
    return exit_failed;
  }
  if (signals.token().stop_requested()) {
    say_how_to_go_on(options, world);
    return exit_failed;
  }
  return summary.run.totals.quarantined > 0 ? exit_rejects : exit_done;
}

}  // namespace moretta::app
