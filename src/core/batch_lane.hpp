#pragma once

// A lane whose messages another brings and deletes, in batches with a time limit: Lambda's event
// source mapping. It does not settle: it says what became of each message.

#include <optional>
#include <span>
#include <vector>

#include "base/backoff.hpp"
#include "base/errors.hpp"
#include "core/lane.hpp"

namespace moretta {

struct BatchSettings {
  TurnRules rules{};
  std::size_t turn_rows_max = 1000;  // by group all is one turn: a FIFO batch has ten messages
  BackoffPolicy retry{.base = Millis{100}, .cap = Millis{2'000}};
};

struct BatchResult {
  std::vector<Outcome> outcomes;   // one for each message; `returned` if it is not surely durable
  std::optional<Refused> refused;  // why all that was left is returned
};

// For one thread.
class BatchLane {
 public:
  // All must outlive the lane; nothing else uses them meanwhile.
  struct Parts {
    Sink& sink;
    Transform& transform;
    Random& random;
    Tally& tally;
    Clock& clock;
    Log& log;
    Outage& database_outage;
    Payloads* payloads = nullptr;  // null: every body comes with its message
  };

  BatchLane(const Parts& parts, const BatchSettings& settings);

  // Turn by turn, in order. While the database is away it tries again: who waits takes no further
  // messages from the queue, and so an outage spends few receive counts. What is not stored by
  // `until`, and all behind it, is returned. Bodies that were fetched are wiped turn by turn.
  BatchResult run(std::span<Message> messages, SteadyTime until);

 private:
  std::optional<TurnResult> turn(std::span<Message> messages, SteadyTime until);

  Parts parts_;
  BatchSettings settings_;
  bool is_open_ = false;
};

}  // namespace moretta
