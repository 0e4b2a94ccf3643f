#pragma once

// StartMessageMoveTask and its kin: messages go from a dead-letter queue back to where they came
// from, or elsewhere, at a rate. Moved by the passing of time, which is told.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "devqueue/error.hpp"

namespace moretta::devqueue {

class Account;

struct MoveOrder {
  std::string source_arn;
  std::string destination_arn;                  // empty: back to each message's own source
  std::optional<std::int64_t> rate_per_second;  // SQS chooses if not given
};

enum class MoveStatus { running, completed, cancelled, failed };

struct MoveTask {
  std::string handle;
  MoveOrder order;
  MoveStatus status = MoveStatus::running;
  std::uint64_t moved = 0;
  std::uint64_t to_move = 0;
  std::string failure;
  WallTime started{};
};

class MoveTasks {
 public:
  // The handle of the new task.
  Result<std::string, ApiError> start(Account& account, const MoveOrder& order, Random& random,
                                      WallTime now);
  // How many had been moved.
  Result<std::uint64_t, ApiError> cancel(const std::string& handle);

  void advance(Account& account, Random& random, WallTime now);
  [[nodiscard]] std::optional<WallTime> next_change() const;

  [[nodiscard]] const std::vector<MoveTask>& tasks() const { return tasks_; }  // oldest first

 private:
  std::vector<MoveTask> tasks_;
};

}  // namespace moretta::devqueue
