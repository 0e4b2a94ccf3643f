#pragma once

// The heart: messages in, one outcome each, nothing said of them before it is durable.

#include <span>
#include <vector>

#include "core/ports.hpp"
#include "core/transform.hpp"

namespace moretta {

enum class OnReject {
  quarantine,  // store a sealed record, then delete the message
  leave,       // return it: the queue's own redrive policy acts
};

struct TurnRules {
  OnReject on_reject = OnReject::quarantine;
  // By group: where a reject is left, the later messages of its group are returned with it, so that
  // no successor is stored first. A quarantined one is dealt with and holds nobody back.
  Order order = Order::any;
};

struct TurnResult {
  std::vector<Outcome> outcomes;        // one for each message, in order
  std::vector<Reject> rejects{};        // of the quarantined and the left, for the counters
  std::vector<std::size_t> rejected{};  // which message each reject is of
  std::size_t conflicts = 0;            // rows whose business key was there already
};

// Every message is stored, a duplicate, quarantined or returned when this returns. Throws what the
// sink throws; then nothing is known, and the same messages may be given again.
TurnResult run_turn(std::span<const Message> messages, Transform& transform, const TurnRules& rules,
                    Sink& sink);

}  // namespace moretta
