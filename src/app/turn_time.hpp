#pragma once

// How long a turn takes, measured by a run or else reckoned: what a lease has to be longer than.

#include <string>

#include "app/config.hpp"
#include "app/world.hpp"

namespace moretta::app {

struct TurnTime {
  Millis slow{0};   // 99 % of the turns are over by then
  std::string how;  // "measured by the run at 127.0.0.1:9464", "estimated: …"
};

// From the run at `status`, which must answer; if that is empty, from the one at status.listen, if
// one answers; else an estimate. Throws Refused, BadUsage.
TurnTime turn_time(const Config& config, const std::string& status, World& world);

// "2.1 s", "45 ms"
std::string time_text(Millis time);

}  // namespace moretta::app
