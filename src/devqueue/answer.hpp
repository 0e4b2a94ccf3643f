#pragma once

// What an operation answers, before a wire gives it a form.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "devqueue/account.hpp"
#include "devqueue/call.hpp"
#include "devqueue/error.hpp"

namespace moretta::devqueue {

struct Nothing {};

struct QueueUrl {
  std::string url;
};

struct QueueUrls {
  std::vector<std::string> urls;
  std::string next_token;                    // empty at the end
  std::string_view json_name = "QueueUrls";  // ListDeadLetterSourceQueues says queueUrls
};

struct QueueAttributes {
  Attributes attributes;
};

struct SentMessage {
  std::string id;  // the entry's, in a batch
  Sent sent;
  MessageAttributes attributes;
  MessageAttributes system_attributes;
  QueueKind kind = QueueKind::standard;
};

struct FailedEntry {
  std::string id;
  ApiError error;
};

struct SendBatch {
  std::vector<SentMessage> sent;
  std::vector<FailedEntry> failed;
};

// A delete or a change of visibility.
struct SettleBatch {
  std::vector<std::string> settled;  // the entries' ids
  std::vector<FailedEntry> failed;
};

enum class TimeUnit { milliseconds, seconds };

// Which attributes of a message its receiver asked for.
struct MessageView {
  std::vector<std::string> system_names;
  std::vector<std::string> attribute_names;  // exact, "All", ".*" or "prefix.*"
  TimeUnit unit = TimeUnit::milliseconds;

  [[nodiscard]] bool wants_system(std::string_view name) const;
  [[nodiscard]] bool wants(std::string_view name) const;
};

// Points into the queue: to be written before the queue is next changed.
struct Received {
  const Queue* queue = nullptr;
  std::vector<Delivery> deliveries;
};

struct MoveTaskStarted {
  std::string handle;
};

struct MoveTaskCancelled {
  std::uint64_t moved = 0;
};

struct MoveTaskList {
  std::vector<MoveTask> tasks;
};

using Answer = std::variant<Nothing, QueueUrl, QueueUrls, QueueAttributes, SentMessage, SendBatch,
                            SettleBatch, MoveTaskStarted, MoveTaskCancelled, MoveTaskList>;

// The system attributes of a message as text, those the view wants, in a fixed order.
using NamedTexts = std::vector<std::pair<std::string_view, std::string>>;
NamedTexts system_attributes(const Message& message, const Queue& queue, const MessageView& view);

// The message attributes the view wants.
MessageAttributes wanted_attributes(const Message& message, const MessageView& view);

// FIFO sequence numbers: 20 digits, growing.
std::string sequence_text(std::uint64_t sequence);

std::string_view status_text(MoveStatus status);

}  // namespace moretta::devqueue
