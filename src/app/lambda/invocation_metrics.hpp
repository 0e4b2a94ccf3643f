#pragma once

// What one invocation did, as a line of CloudWatch's Embedded Metric Format: printed by the
// function, it becomes metrics without a call and without a right.

#include <string>

#include "base/clock.hpp"
#include "core/tally.hpp"

namespace moretta::app {

struct InvocationMetrics {
  std::string function;  // its name, the dimension
  WallTime now{};
  Totals totals{};  // of this invocation alone
  double milliseconds = 0;
};

// One JSON object, one line, no newline.
std::string embedded_metrics(const InvocationMetrics& metrics);

}  // namespace moretta::app
