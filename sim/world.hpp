#pragma once

// One run: a queue full of messages, a table, some lanes, a seed; and the checker that looks after
// every step whether a promise was broken.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/faults.hpp"

namespace moretta::sim {

// A bug put in on purpose: the checker must find it, or it finds nothing.
enum class Plant { none, delete_before_commit, no_ledger, clear_text_in_log };

struct Verdict {
  std::optional<std::string> violation;
  std::array<std::int64_t, fault_kinds> faults{};
  std::int64_t steps = 0;
  std::int64_t messages = 0;
};

Verdict run_seed(std::uint64_t seed, Plant plant);

}  // namespace moretta::sim
