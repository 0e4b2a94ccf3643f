#pragma once

// How much to ask the queue for next. Idle: one long poll. A full answer says that more is waiting:
// twice as much at once, without waiting. A short answer says that there is not: one long poll
// again. Bodies that were large make it ask for fewer: what a lane holds is bounded in bytes,
// except in the one turn in which small messages give way to large ones.

#include <cstddef>

#include "core/ports.hpp"

namespace moretta {

inline constexpr std::size_t receive_messages_max = 10;  // SQS returns at most ten per request

class Demand {
 public:
  struct Limits {
    int requests_max = 100;  // 1000 messages a turn: past that a turn grows older, not cheaper
    Seconds idle_wait{20};   // SQS allows 0 to 20
    std::size_t bytes_max = std::size_t{16} << 20U;  // of bodies a turn
  };

  explicit Demand(Limits limits);

  [[nodiscard]] Ask next() const;
  // From the answers to what next() said.
  void learn(std::size_t received, std::size_t bytes);

 private:
  Limits limits_;
  int requests_ = 1;
  bool is_more_waiting_ = false;
  std::size_t request_bytes_ = 0;  // bodies that one request brings; falls by half at most a turn
};

}  // namespace moretta
