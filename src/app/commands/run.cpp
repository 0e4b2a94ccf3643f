#include "app/run.hpp"

#include <ostream>
#include <thread>
#include <utility>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/hang_up.hpp"
#include "app/reload.hpp"
#include "app/signals.hpp"

namespace moretta::app {

namespace {

// One run after another, each with the configuration that the last one was told to take.
class Service {
 public:
  Service(const RunOptions& options, World& world)
      : signals_([this] { hang_up_.tell(); }),
        config_(load_config(options.overrides, world.environment,
                            {.queue = Need::yes, .database = Need::yes, .key = KeyUse::all})),
        reload_(options.overrides, config_, world),
        world_(world),
        heartbeats_(world.clock) {}

  Summary run() {
    Summary all;
    do {
      if (next_) {
        config_ = std::move(*next_);
        next_.reset();
      }
      all += run_once();
    } while (next_ && !signals_.token().stop_requested());
    return all;
  }

 private:
  // Until stop is requested, or another configuration is to be taken. Then the turns under way have
  // been finished.
  Summary run_once() {
    std::stop_source stop;
    const std::stop_callback on_signal(signals_.token(), [&stop] { stop.request_stop(); });
    const std::jthread reloader(
        [this, &stop](const std::stop_token& over) { await_change(stop, over); });
    return run_job(config_,
                   {.until = Until::stopped,
                    .report = ReportStyle::log_lines,
                    .past = &past_,
                    .heartbeats = &heartbeats_},
                   world_, stop.get_token());
  }

  void await_change(std::stop_source& stop, const std::stop_token& over) {
    Log log(log_format(config_, world_), config_.log.level);
    Heartbeat heartbeat(heartbeats_, "the reloader");
    while (heartbeat.rest([this, &over] { return hang_up_.wait(over); })) {
      auto config = reload_.read(config_, log, over);
      if (config && !over.stop_requested()) {
        log.info("config_reloaded", {{"config", fingerprint(config->table)}});
        next_ = std::move(config);
        stop.request_stop();
        return;
      }
    }
  }

  HangUp hang_up_;
  StopSignals signals_;
  Config config_;
  Reload reload_;
  World& world_;
  Heartbeats heartbeats_;
  Past past_;
  std::optional<Config> next_;  // written by the reloader, read once it has ended
};

}  // namespace

int run(const RunOptions& options, World& world) {
  const Summary summary = Service(options, world).run();
  if (options.output == Output::json) {
    world.out << summary_json(summary) << std::endl;
  } else {
    world.err << summary_text(summary) << std::flush;
  }
  return adds_up(summary.totals) ? exit_done : exit_failed;
}

}  // namespace moretta::app
