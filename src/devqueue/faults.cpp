#include "devqueue/faults.hpp"

#include <algorithm>
#include <array>

#include <simdjson.h>

#include "base/ensure.hpp"

namespace moretta::devqueue {

namespace {

namespace dom = simdjson::dom;

struct NamedTrigger {
  std::string_view name;
  FaultTrigger FaultPlan::*trigger;
};
constexpr std::array triggers{
    NamedTrigger{"error", &FaultPlan::error},
    NamedTrigger{"throttle", &FaultPlan::throttle},
    NamedTrigger{"drop_before", &FaultPlan::drop_before},
    NamedTrigger{"drop_after", &FaultPlan::drop_after},
    NamedTrigger{"entry_failure", &FaultPlan::entry_failure},
    NamedTrigger{"duplicate", &FaultPlan::duplicate},
    NamedTrigger{"short_receive", &FaultPlan::short_receive},
    NamedTrigger{"empty_receive", &FaultPlan::empty_receive},
};

constexpr std::int64_t latency_ms_max = 60'000;  // no client waits longer
constexpr std::int64_t skew_s_max = 86'400;      // a day shows whatever skew can show

using Problem = std::optional<std::string>;

Problem wrong(std::string_view name, std::string_view want) {
  return std::string(name) + " must be " + std::string(want);
}

Problem read_trigger(std::string_view name, dom::element value, FaultTrigger& out) {
  constexpr std::string_view shape = R"({"next": a count, "rate": 0 to 1})";
  dom::object members;
  if (value.get(members) != simdjson::SUCCESS) {
    return wrong(name, shape);
  }
  for (const auto& [key, element] : members) {
    const bool is_read = (key == "next" && element.get(out.next) == simdjson::SUCCESS) ||
                         (key == "rate" && element.get(out.rate) == simdjson::SUCCESS);
    if (!is_read) {
      return wrong(name, shape);
    }
  }
  const bool is_rate = out.rate >= 0 && out.rate <= 1;
  return is_rate ? Problem() : wrong(name, shape);
}

Problem read_operations(dom::element value, std::vector<Operation>& out) {
  dom::array names;
  if (value.get(names) != simdjson::SUCCESS) {
    return wrong("operations", "a list of operations' names");
  }
  for (const dom::element element : names) {
    std::string_view name;
    if (element.get(name) != simdjson::SUCCESS || !operation_named(name)) {
      return wrong("operations", "a list of operations' names");
    }
    out.push_back(*operation_named(name));
  }
  return {};
}

Problem read_number(std::string_view name, dom::element value, std::int64_t min, std::int64_t max,
                    std::int64_t& out) {
  if (value.get(out) != simdjson::SUCCESS || out < min || out > max) {
    return wrong(name, "a number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return {};
}

Problem read_member(std::string_view name, dom::element value, FaultPlan& plan) {
  for (const NamedTrigger& trigger : triggers) {
    if (trigger.name == name) {
      return read_trigger(name, value, plan.*trigger.trigger);
    }
  }
  std::int64_t number = 0;
  Problem problem;
  if (name == "latency_ms") {
    problem = read_number(name, value, 0, latency_ms_max, number);
    plan.latency = Millis(number);
  } else if (name == "clock_skew_s") {
    problem = read_number(name, value, -skew_s_max, skew_s_max, number);
    plan.clock_skew = Seconds(number);
  } else if (name == "error_status") {
    problem = read_number(name, value, 500, 503, number);
    plan.error_status = static_cast<int>(number);
    if (!problem && number != 500 && number != 503) {
      problem = wrong(name, "500 or 503");
    }
  } else if (name == "credentials_expired") {
    if (value.get(plan.credentials_expired) != simdjson::SUCCESS) {
      problem = wrong(name, "true or false");
    }
  } else if (name == "seed") {
    if (value.get(plan.seed) != simdjson::SUCCESS) {
      problem = wrong(name, "a whole number");
    }
  } else if (name == "operations") {
    problem = read_operations(value, plan.operations);
  } else {
    problem = "unknown fault " + std::string(name);
  }
  return problem;
}

}  // namespace

Result<FaultPlan, std::string> parse_fault_plan(std::string_view json) {
  dom::parser parser;
  dom::object members;
  if (parser.parse(json.data(), json.size()).get(members) != simdjson::SUCCESS) {
    return Failure{std::string("a fault plan must be a JSON object")};
  }
  FaultPlan plan;
  for (const auto& [name, value] : members) {
    if (auto problem = read_member(name, value, plan)) {
      return Failure{std::move(*problem)};
    }
  }
  return plan;
}

void Faults::set(FaultPlan plan) {
  plan_ = std::move(plan);
  random_ = SeededRandom(plan_.seed);
}

bool Faults::covers(Operation operation) const {
  return plan_.operations.empty() ||
         std::ranges::find(plan_.operations, operation) != plan_.operations.end();
}

bool Faults::strikes(FaultTrigger FaultPlan::*trigger, Operation operation) {
  FaultTrigger& fault = plan_.*trigger;
  if ((fault.next == 0 && fault.rate == 0) || !covers(operation)) {
    return false;
  }
  if (fault.next > 0) {
    fault.next -= 1;
    return true;
  }
  return random_.unit() < fault.rate;
}

std::size_t Faults::up_to(std::size_t most) {
  ENSURE(most > 0);
  return 1 + static_cast<std::size_t>(random_.next() % most);
}

}  // namespace moretta::devqueue
