#pragma once

// The queues of one account in one region: names, ARNs, who is whose dead-letter queue, and the
// waits SQS imposes after a delete and a purge. Pure: time is passed in.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "devqueue/move_tasks.hpp"
#include "devqueue/queue.hpp"

namespace moretta::devqueue {

inline constexpr std::string_view account_id = "000000000000";

class Account {
 public:
  struct Rules {
    std::string region = "us-east-1";
    Ordering ordering = Ordering::as_the_kind_says;
    Seconds rest{60};  // SQS: between deleting a queue and creating its name again, and two purges
  };

  Account(Rules rules, Random& random) : rules_(std::move(rules)), random_(random) {}

  // The queue of that name, made unless it exists with the same attributes.
  Result<Queue*, ApiError> create(const std::string& name, const Attributes& attributes,
                                  WallTime now);
  Result<Done, ApiError> set_attributes(Queue& queue, const Attributes& attributes, WallTime now);
  void remove(Queue& queue, WallTime now);
  Result<Done, ApiError> purge(Queue& queue, WallTime now);

  // Null if there is none.
  [[nodiscard]] Queue* find(std::string_view name) const;
  [[nodiscard]] Queue* find_arn(std::string_view arn) const;
  [[nodiscard]] Queue* dead_letters_of(const Queue& queue) const;

  [[nodiscard]] std::vector<Queue*> with_prefix(std::string_view prefix) const;  // by name
  [[nodiscard]] std::vector<Queue*> sources_of(const Queue& dead_letters) const;

  Result<std::string, ApiError> start_move(const MoveOrder& order, WallTime now);
  Result<std::uint64_t, ApiError> cancel_move(const std::string& handle, WallTime now);
  [[nodiscard]] const std::vector<MoveTask>& moves() const { return moves_.tasks(); }

  // Lets time pass for every queue and move task.
  void advance(WallTime now);
  [[nodiscard]] std::optional<WallTime> next_change() const;

 private:
  [[nodiscard]] std::string arn_of(std::string_view name) const;
  [[nodiscard]] Result<Done, ApiError> check_redrive(const QueueSettings& settings) const;

  Rules rules_;
  Random& random_;
  std::map<std::string, std::unique_ptr<Queue>, std::less<>> queues_;
  std::map<std::string, WallTime, std::less<>> deleted_at_;
  std::map<std::string, WallTime, std::less<>> purged_at_;
  MoveTasks moves_;
};

}  // namespace moretta::devqueue
