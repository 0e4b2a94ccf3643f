#pragma once

// One run: a queue full of messages, a table, workers of some lanes each, a seed; and the checker
// that looks after every step whether a promise was broken.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/faults.hpp"
#include "sim/planted.hpp"

namespace moretta::sim {

struct Verdict {
  std::optional<std::string> violation;
  std::array<std::int64_t, fault_kinds> faults{};
  std::int64_t steps = 0;
  std::int64_t messages = 0;
  std::int64_t conflicts = 0;  // of business keys
  std::int64_t dead = 0;       // moved to the dead-letter queue, for good reason
};

Verdict run_seed(std::uint64_t seed, Plant plant);

// No faults but one: the table is away for ten minutes while its queue, whose redrive policy allows
// three receives, is half drained. It is a violation if one message goes to the dead-letter queue.
Verdict run_outage(std::uint64_t seed, Plant plant);

}  // namespace moretta::sim
