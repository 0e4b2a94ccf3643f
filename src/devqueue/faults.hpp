#pragma once

// What goes wrong on purpose, so that clients can be tested against it. A plan is set by the
// program that runs the server or by POST /_devqueue/faults; its seed makes a run repeatable.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "devqueue/call.hpp"

namespace moretta::devqueue {

// Strikes the next `next` times for certain, and after that with probability `rate`.
struct FaultTrigger {
  std::uint64_t next = 0;
  double rate = 0;

  bool operator==(const FaultTrigger&) const = default;
};

struct FaultPlan {
  Millis latency{0};           // before every reply
  FaultTrigger error;          // answers `error_status`, applies nothing
  int error_status = 500;      // 500 or 503
  FaultTrigger throttle;       // answers RequestThrottled, applies nothing
  FaultTrigger drop_before;    // closes the connection, applies nothing
  FaultTrigger drop_after;     // applies, then closes the connection: a lost reply
  FaultTrigger entry_failure;  // a batch entry fails with InternalFailure and is not applied
  FaultTrigger duplicate;  // a message handed out will be handed out once more (standard queues)
  FaultTrigger short_receive;         // fewer messages than there are
  FaultTrigger empty_receive;         // none although there are some, at once
  bool credentials_expired = false;   // every signed request: ExpiredToken
  Seconds clock_skew{0};              // of the Date header and of the signature check
  std::vector<Operation> operations;  // those the triggers and latency apply to; all if empty
  std::uint64_t seed = 1;

  bool operator==(const FaultPlan&) const = default;
};

// From the JSON of POST /_devqueue/faults. A trigger is {"next": 3, "rate": 0.1}. The failure is a
// text for whoever wrote it; a member that is not known is one.
Result<FaultPlan, std::string> parse_fault_plan(std::string_view json);

class Faults {
 public:
  explicit Faults(FaultPlan plan) { set(std::move(plan)); }

  void set(FaultPlan plan);
  [[nodiscard]] const FaultPlan& plan() const { return plan_; }

  // Whether this fault happens now to this operation; counts `next` down.
  bool strikes(FaultTrigger FaultPlan::*trigger, Operation operation);

  [[nodiscard]] Millis latency(Operation operation) const {
    return covers(operation) ? plan_.latency : Millis(0);
  }

  // Uniform in [1, most]. REQUIRED: most > 0.
  std::size_t up_to(std::size_t most);

 private:
  [[nodiscard]] bool covers(Operation operation) const;

  FaultPlan plan_;
  SeededRandom random_{1};
};

}  // namespace moretta::devqueue
