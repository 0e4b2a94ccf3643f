#include "app/run.hpp"

#include <ostream>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/signals.hpp"

namespace moretta::app {

int run(const RunOptions& options, World& world) {
  const StopSignals signals;
  const Config config =
      load_config(options.overrides, world.environment,
                  {.queue = Need::yes, .database = Need::yes, .key = KeyUse::all});
  const Summary summary = run_job(
      config, {.until = Until::stopped, .report = ReportStyle::log_lines}, world, signals.token());
  if (options.output == Output::json) {
    world.out << summary_json(summary) << std::endl;
  } else {
    world.err << summary_text(summary) << std::flush;
  }
  return adds_up(summary.totals) ? exit_done : exit_failed;
}

}  // namespace moretta::app
