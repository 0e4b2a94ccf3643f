#include "base/log_limit.hpp"

#include <utility>

namespace moretta {

LogLimit::Verdict LogLimit::admit(std::string_view event, SteadyTime now) {
  auto found = windows_.find(event);
  if (found == windows_.end()) {
    if (windows_.size() >= log_events_max) {
      return {};
    }
    found = windows_.emplace(std::string(event), Window{.begun = now}).first;
  }
  Window& window = found->second;
  if (now - window.begun >= log_window) {
    window.begun = now;
    window.said = 0;
  }
  if (window.said >= log_lines_max) {
    ++window.suppressed;
    return {.is_said = false};
  }
  ++window.said;
  return {.suppressed = std::exchange(window.suppressed, 0)};
}

std::vector<LogLimit::Rest> LogLimit::take_rest() {
  std::vector<Rest> rest;
  for (auto& [event, window] : windows_) {
    if (window.suppressed > 0) {
      rest.push_back({.event = event, .suppressed = std::exchange(window.suppressed, 0)});
    }
  }
  return rest;
}

}  // namespace moretta
