#pragma once

// What a run came to: for people in a few lines, for scripts in one.

#include <string>

#include "base/clock.hpp"
#include "core/tally.hpp"

namespace moretta::app {

struct Summary {
  Totals totals{};
  double seconds = 0;
  double busy_seconds = 0;  // to the end of the last turn: a drain goes on to make sure of the end
  double cpu_seconds = 0;   // of this process, user and system

  // Of the same process: what came after this.
  Summary& operator+=(const Summary& next);
};

// received = stored + duplicate + quarantined + returned: nothing was lost track of.
bool adds_up(const Totals& totals);

// One JSON object, one line, no newline.
std::string summary_json(const Summary& summary);

// A few aligned lines, each ending in a newline.
std::string summary_text(const Summary& summary);

// Thousands apart: "1 234 567".
std::string grouped(std::int64_t number);

double process_cpu_seconds();

}  // namespace moretta::app
