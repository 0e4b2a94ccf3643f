#include "devqueue/move_tasks.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "devqueue/account.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::int64_t rate_max = 500;  // SQS: messages a second; also what we take as its choice
constexpr std::size_t tasks_kept_max = 64;  // finished ones are forgotten beyond this

ApiError parameter_error(std::string text) {
  return {&error::invalid_parameter, std::move(text)};
}

ApiError no_such_resource(const std::string& parameter) {
  return {&error::resource_not_found,
          "The resource that you specified for the " + parameter + " parameter doesn't exist."};
}

std::int64_t rate_of(const MoveTask& task) {
  return task.order.rate_per_second.value_or(rate_max);
}

// Message n (from 0) of a task moves at its start plus n / rate.
WallTime due_time(const MoveTask& task) {
  const auto millis = static_cast<std::int64_t>(task.moved) * 1000 / rate_of(task);
  return task.started + Millis(millis);
}

void fail(MoveTask& task, std::string reason) {
  task.status = MoveStatus::failed;
  task.failure = std::move(reason);
}

void move_one(MoveTask& task, Account& account, Random& random, WallTime now) {
  Queue* source = account.find_arn(task.order.source_arn);
  if (source == nullptr) {
    return fail(task, "AWS.SimpleQueueService.NonExistentQueue");
  }
  const Message* next = source->peek(now);
  if (next == nullptr || task.moved == task.to_move) {
    task.status = MoveStatus::completed;
    return;
  }
  std::string target_arn = task.order.destination_arn;
  if (target_arn.empty() && next->extras) {
    target_arn = next->extras->source_arn;
  }
  if (target_arn.empty()) {
    return fail(task, "CouldNotDetermineMessageSource");
  }
  Queue* target = account.find_arn(target_arn);
  if (target == nullptr) {
    return fail(task, "AWS.SimpleQueueService.NonExistentQueue");
  }

  // SQS: a moved message is a new message with a new id, time and receive count.
  Message message = source->take(now).value();
  message.id = new_message_id(random);
  message.sent_at = now;
  message.first_received_at = WallTime{};
  message.receive_count = 0;
  if (message.extras) {
    message.extras->source_arn.clear();
  }
  target->adopt(std::move(message));
  task.moved += 1;
  if (task.moved == task.to_move) {
    task.status = MoveStatus::completed;
  }
}

}  // namespace

Result<std::string, ApiError> MoveTasks::start(Account& account, const MoveOrder& order,
                                               Random& random, WallTime now) {
  advance(account, random, now);
  Queue* source = account.find_arn(order.source_arn);
  if (source == nullptr) {
    return Failure{no_such_resource("SourceArn")};
  }
  if (account.sources_of(*source).empty()) {
    return Failure{parameter_error("Source queue must be configured as a Dead Letter Queue.")};
  }
  if (!order.destination_arn.empty()) {
    const Queue* target = account.find_arn(order.destination_arn);
    if (target == nullptr) {
      return Failure{no_such_resource("DestinationArn")};
    }
    if (target->is_fifo() != source->is_fifo()) {
      return Failure{parameter_error(
          "The source queue and destination queue must be of the same queue type.")};
    }
  }
  if (order.rate_per_second && (*order.rate_per_second < 1 || *order.rate_per_second > rate_max)) {
    return Failure{
        parameter_error("Value for parameter MaxNumberOfMessagesPerSecond is invalid. "
                        "Reason: Must be between 1 and 500.")};
  }
  const bool is_busy = std::ranges::any_of(tasks_, [&](const MoveTask& task) {
    return task.status == MoveStatus::running && task.order.source_arn == order.source_arn;
  });
  if (is_busy) {
    return Failure{
        parameter_error("There is already a task running. Only one active task is "
                        "allowed for a source queue arn at a given time.")};
  }

  source->advance(now);
  MoveTask task;
  std::string id;
  append_id_text(new_message_id(random), id);
  const std::string plain = R"({"taskId":")" + id + R"(","sourceArn":")" + order.source_arn + "\"}";
  task.handle = base64(bytes_of(plain));
  task.order = order;
  task.to_move = source->counts().visible;
  task.started = now;
  tasks_.push_back(std::move(task));
  if (tasks_.size() > tasks_kept_max) {
    std::erase_if(tasks_, [&, first = true](const MoveTask& old) mutable {
      return old.status != MoveStatus::running && std::exchange(first, false);
    });
  }
  return tasks_.back().handle;
}

Result<std::uint64_t, ApiError> MoveTasks::cancel(const std::string& handle) {
  const auto found = std::ranges::find(tasks_, handle, &MoveTask::handle);
  if (found == tasks_.end()) {
    return Failure{no_such_resource("TaskHandle")};
  }
  if (found->status != MoveStatus::running) {
    return Failure{ApiError{&error::unsupported_operation, "Only active tasks can be cancelled."}};
  }
  found->status = MoveStatus::cancelled;
  return found->moved;
}

void MoveTasks::advance(Account& account, Random& random, WallTime now) {
  for (MoveTask& task : tasks_) {
    // Ends: each step moves one of finitely many messages or ends the task.
    while (task.status == MoveStatus::running && due_time(task) <= now) {
      move_one(task, account, random, now);
    }
  }
}

std::optional<WallTime> MoveTasks::next_change() const {
  std::optional<WallTime> next;
  for (const MoveTask& task : tasks_) {
    if (task.status == MoveStatus::running && (!next || due_time(task) < *next)) {
      next = due_time(task);
    }
  }
  return next;
}

}  // namespace moretta::devqueue
