#pragma once

// How much to ask the queue for next. Idle: one long poll. A full answer says that more is waiting:
// twice as much at once, without waiting. A short answer says that there is not: one long poll
// again.

#include <cstddef>

#include "core/ports.hpp"

namespace moretta {

inline constexpr std::size_t receive_messages_max = 10;  // SQS returns at most ten per request

class Demand {
 public:
  struct Limits {
    int requests_max = 100;  // 1000 messages a turn: past that a turn grows older, not cheaper
    Seconds idle_wait{20};   // SQS allows 0 to 20
  };

  explicit Demand(Limits limits);

  [[nodiscard]] Ask next() const;
  void learn(std::size_t received);

 private:
  Limits limits_;
  int requests_ = 1;
};

}  // namespace moretta
