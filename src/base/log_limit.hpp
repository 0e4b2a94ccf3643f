#pragma once

// How often one event may be said: an outage or a bad producer must not fill the disk. What is left
// out is counted and told with the next line.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace moretta {

inline constexpr int log_lines_max = 10;  // of one event in a window; what a person reads
inline constexpr Seconds log_window{60};
inline constexpr std::size_t log_events_max = 256;  // we have a few dozen; more are not limited

// For one thread.
class LogLimit {
 public:
  struct Verdict {
    bool is_said = true;
    std::int64_t suppressed = 0;  // of the same event, since the last line that was said
  };
  Verdict admit(std::string_view event, SteadyTime now);

  struct Rest {
    std::string event;
    std::int64_t suppressed = 0;
  };
  // What no line has told yet.
  std::vector<Rest> take_rest();

 private:
  struct Window {
    SteadyTime begun{};
    int said = 0;
    std::int64_t suppressed = 0;
  };
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace moretta
