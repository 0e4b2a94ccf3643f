// sim_lanes --seeds N [--first S] | --seed S | --outages | --plants: runs seeds, or one, or outages
// of ten minutes, or shows that planted bugs are caught. Exit 0 if no promise was broken (and every
// plant was caught).

#include <charconv>
#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/world.hpp"

namespace moretta::sim {
namespace {

constexpr std::uint64_t seeds_for_plants = 200;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::string fault_counts(const std::array<std::int64_t, fault_kinds>& counts) {
  std::string text;
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    text += fmt::format(" {}={}", fault_names[i], counts[i]);
  }
  return text;
}

int run_seeds(std::uint64_t first, std::uint64_t count) {
  std::array<std::int64_t, fault_kinds> faults{};
  std::int64_t messages = 0;
  std::int64_t steps = 0;
  std::int64_t conflicts = 0;
  std::int64_t dead = 0;
  int violations = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Verdict verdict = run_seed(seed, Plant::none);
    if (verdict.violation) {
      ++violations;
      fmt::print("seed={} {}\n  replay: ./dev sim --seed {}\n", seed, *verdict.violation, seed);
    }
    for (std::size_t i = 0; i < fault_kinds; ++i) {
      faults[i] += verdict.faults[i];
    }
    messages += verdict.messages;
    steps += verdict.steps;
    conflicts += verdict.conflicts;
    dead += verdict.dead;
  }
  std::int64_t injected = 0;
  for (const std::int64_t kind : faults) {
    injected += kind;
  }
  fmt::print("faults:{}\n", fault_counts(faults));
  fmt::print(
      "seeds={} messages={} conflicts={} dead_lettered={} steps={} faults={} violations={}\n",
      count, messages, conflicts, dead, steps, injected, violations);
  return violations == 0 ? 0 : 1;
}

int run_plants() {
  constexpr std::pair<Plant, std::string_view> plants[] = {
      {Plant::delete_before_commit, "delete before commit"},
      {Plant::no_ledger, "ledger ignored"},
      {Plant::ledger_outside_transaction, "ledger outside the transaction"},
      {Plant::lost_lease_ignored, "lost lease ignored"},
      {Plant::clear_text_in_log, "clear text in a log"},
      {Plant::clear_text_in_row, "clear text in a row"},
      {Plant::order_ignored, "FIFO order ignored"},
      {Plant::asks_for_more, "more held than allowed"},
      {Plant::conflict_stored, "a conflict stored beside"},
      {Plant::conflict_uncounted, "a conflict not counted"}};
  int missed = 0;
  for (const auto& [plant, name] : plants) {
    std::uint64_t seed = 0;
    Verdict verdict;
    while (seed < seeds_for_plants && !verdict.violation) {
      verdict = run_seed(seed++, plant);
    }
    missed += verdict.violation ? 0 : 1;
    fmt::print("planted: {}: {}\n", name,
               verdict.violation ? fmt::format("caught, seed {}: {}", seed - 1, *verdict.violation)
                                 : std::string("MISSED"));
  }
  return missed == 0 ? 0 : 1;
}

// Outages of ten minutes; and the same by lanes that keep no lease, which have to be caught.
int run_outages() {
  constexpr std::uint64_t outages = 50;
  int violations = 0;
  int caught = 0;
  std::int64_t messages = 0;
  for (std::uint64_t seed = 1; seed <= outages; ++seed) {
    const Verdict verdict = run_outage(seed, Plant::none);
    messages += verdict.messages;
    if (verdict.violation) {
      ++violations;
      fmt::print("outage seed={} {}\n", seed, *verdict.violation);
    }
    caught += run_outage(seed, Plant::lost_lease_ignored).violation ? 1 : 0;
  }
  fmt::print("outages={} messages={} violations={} caught_without_leases={}\n", outages, messages,
             violations, caught);
  return violations == 0 && caught > 0 ? 0 : 1;
}

int usage() {
  fmt::print(stderr,
             "usage: sim_lanes [--seeds N [--first S]] | --seed S | --outages | --plants\n");
  return 64;
}

int run(std::span<const std::string_view> arguments) {
  if (arguments.size() == 1 && arguments[0] == "--plants") {
    return run_plants();
  }
  if (arguments.size() == 1 && arguments[0] == "--outages") {
    return run_outages();
  }
  std::uint64_t first = 1;
  std::uint64_t count = 200;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const auto value = number(arguments[i + 1]);
    if (!value) {
      return usage();
    }
    if (arguments[i] == "--seeds") {
      count = *value;
    } else if (arguments[i] == "--first") {
      first = *value;
    } else if (arguments[i] == "--seed") {
      first = *value;
      count = 1;
    } else {
      return usage();
    }
  }
  return arguments.size() % 2 == 0 ? run_seeds(first, count) : usage();
}

}  // namespace
}  // namespace moretta::sim

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  return moretta::sim::run(arguments);
}
