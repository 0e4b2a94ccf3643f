#include "app/reporter.hpp"

#include <ostream>

namespace moretta::app {

namespace {

constexpr Millis redraw_every{200};
constexpr int depth_every = 10;  // redraws: the queue is asked every two seconds
constexpr Millis log_every{60'000};

std::int64_t done(const Totals& totals) {
  return totals.received - totals.in_flight();
}

double seconds_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Reporter::Reporter(ReportStyle style, Asks asks, World& world, Heartbeats& heartbeats, Log& log)
    : asks_(std::move(asks)), world_(world), log_(log), started_(world.clock.steady()) {
  thread_ = std::jthread([this, style, &heartbeats](const std::stop_token& stop) {
    Heartbeat heartbeat(heartbeats, "the reporter");
    style == ReportStyle::progress_line ? draw_progress(heartbeat, stop)
                                        : log_progress(heartbeat, stop);
  });
}

Reporter::~Reporter() {
  thread_.request_stop();
  thread_.join();
}

void Reporter::draw_progress(Heartbeat& heartbeat, const std::stop_token& stop) {
  Rate rate;
  ProgressState state;
  std::int64_t done_at_depth = 0;
  for (int redraw = 0; !stop.stop_requested(); ++redraw) {
    if (redraw % depth_every == 0) {
      done_at_depth = done(asks_.totals());
      state.depth = asks_.depth();
    }
    state.totals = asks_.totals();
    state.done_since_depth = done(state.totals) - done_at_depth;
    state.seconds = seconds_between(started_, world_.clock.steady());
    state.rate = rate.learn(state.totals.received, world_.clock.steady());
    state.waiting_for = asks_.waiting_for();
    world_.err << "\r\033[K" << progress_line(state, world_.terminal.columns - 1) << std::flush;
    heartbeat.sleep(redraw_every, stop);
  }
  world_.err << "\r\033[K" << std::flush;
}

void Reporter::log_progress(Heartbeat& heartbeat, const std::stop_token& stop) {
  Rate rate;
  rate.learn(asks_.totals().received, started_);
  while (heartbeat.sleep(log_every, stop)) {
    const Totals totals = asks_.totals();
    const double per_second = rate.learn(totals.received, world_.clock.steady());
    const std::optional<Depth> depth = asks_.depth();
    log_.info("working", {{"received", totals.received},
                          {"stored", totals.stored},
                          {"duplicate", totals.duplicate},
                          {"quarantined", totals.quarantined},
                          {"returned", totals.returned},
                          {"in_flight", totals.in_flight()},
                          {"messages_per_second", per_second},
                          {"queue_depth", depth ? depth->total() : -1}});
  }
}

}  // namespace moretta::app
