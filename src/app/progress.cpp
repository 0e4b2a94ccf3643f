#include "app/progress.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/change/progress_bar.hpp"
#include "app/summary.hpp"

namespace moretta::app {

namespace {

constexpr double smoothing =
    0.5;  // of each new reading: steady to the eye, yet no older than seconds

}  // namespace

std::string progress_line(const ProgressState& state, int width) {
  const Totals& totals = state.totals;
  const std::int64_t done = totals.received - totals.in_flight();
  std::string text;
  if (state.depth) {
    const std::int64_t waiting =
        std::max<std::int64_t>(0, state.depth->total() - state.done_since_depth);
    const std::int64_t all = std::max<std::int64_t>(1, done + waiting);
    const double share = static_cast<double>(done) / static_cast<double>(all);
    text = fmt::format("{} {:3.0f} %  {} of {}", progress_bar(share), 100 * share, grouped(done),
                       grouped(done + waiting));
    if (!state.waiting_for.empty()) {
      text += fmt::format("  waiting for the {}", state.waiting_for);
    } else if (state.rate >= 1) {
      text += fmt::format("  {}/s", grouped(static_cast<std::int64_t>(state.rate)));
      if (waiting > 0) {
        text += "  " + time_left(static_cast<double>(waiting) / state.rate);
      }
    }
  } else {
    text =
        fmt::format("{} done  {}/s", grouped(done), grouped(static_cast<std::int64_t>(state.rate)));
  }
  if (totals.duplicate > 0) {
    text += fmt::format("  {} duplicate", grouped(totals.duplicate));
  }
  if (totals.conflicts > 0) {
    text +=
        fmt::format("  {} conflict{}", grouped(totals.conflicts), totals.conflicts == 1 ? "" : "s");
  }
  if (totals.quarantined > 0) {
    text += fmt::format("  {} quarantined", grouped(totals.quarantined));
  }
  return fit_line(text, width);
}

double Rate::learn(std::int64_t received, SteadyTime now) {
  if (has_reading_ && now > at_) {
    const double seconds = std::chrono::duration<double>(now - at_).count();
    const double reading = static_cast<double>(received - received_) / seconds;
    rate_ = rate_ == 0 ? reading : (1 - smoothing) * rate_ + smoothing * reading;
  }
  has_reading_ = true;
  received_ = received;
  at_ = now;
  return rate_;
}

}  // namespace moretta::app
