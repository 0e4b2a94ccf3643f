#pragma once

// When a lane is done: never by itself, or when the queue is empty.

#include <cstddef>

#include "core/ports.hpp"

namespace moretta {

enum class Until {
  stopped,  // somebody says so
  empty,    // nothing is left in the queue
};

// A queue is empty when it says so (approximately: SQS counts are) and several long polls in a row
// brought nothing. Messages in flight at others count as left: they may come back. Messages that we
// left to the redrive policy ourselves do not, else a queue without one would never be empty.
class EmptyQueue {
 public:
  static constexpr int polls_needed = 3;

  // After each turn: how many messages it dealt with, and the depth if that was none.
  void learn(std::size_t progress, const Depth& depth, std::size_t left_by_us) {
    const bool nothing = progress == 0 && depth.total() <= static_cast<std::int64_t>(left_by_us);
    polls_ = nothing ? polls_ + 1 : 0;
  }
  [[nodiscard]] bool is_sure() const { return polls_ >= polls_needed; }

 private:
  int polls_ = 0;
};

}  // namespace moretta
