#include "devqueue/call.hpp"

#include <algorithm>
#include <array>

namespace moretta::devqueue {

namespace {

// In the order of Operation.
constexpr std::array<std::string_view, operation_count> names{
    "CreateQueue",
    "DeleteQueue",
    "GetQueueUrl",
    "ListQueues",
    "GetQueueAttributes",
    "SetQueueAttributes",
    "PurgeQueue",
    "SendMessage",
    "SendMessageBatch",
    "ReceiveMessage",
    "DeleteMessage",
    "DeleteMessageBatch",
    "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch",
    "ListDeadLetterSourceQueues",
    "StartMessageMoveTask",
    "ListMessageMoveTasks",
    "CancelMessageMoveTask",
    "Unsupported",
};

constexpr std::array unsupported_names{
    std::string_view{"TagQueue"},         std::string_view{"UntagQueue"},
    std::string_view{"ListQueueTags"},    std::string_view{"AddPermission"},
    std::string_view{"RemovePermission"},
};

template <typename Owner, typename Value>
struct Member {
  std::string_view name;
  Value Owner::*member;
};

template <typename Owner, typename Value, std::size_t count>
Value* find_member(Owner& owner, const std::array<Member<Owner, Value>, count>& members,
                   std::string_view name) {
  for (const auto& [known, member] : members) {
    if (known == name) {
      return &(owner.*member);
    }
  }
  return nullptr;
}

using Text = std::optional<std::string>;
using Number = std::optional<std::int64_t>;

constexpr std::array call_texts{
    Member<Call, Text>{"QueueUrl", &Call::queue_url},
    Member<Call, Text>{"QueueName", &Call::queue_name},
    Member<Call, Text>{"QueueNamePrefix", &Call::prefix},
    Member<Call, Text>{"NextToken", &Call::next_token},
    Member<Call, Text>{"SourceArn", &Call::source_arn},
    Member<Call, Text>{"DestinationArn", &Call::destination_arn},
    Member<Call, Text>{"TaskHandle", &Call::task_handle},
    Member<Call, Text>{"ReceiveRequestAttemptId", &Call::attempt_id},
};
constexpr std::array call_numbers{
    Member<Call, Number>{"MaxNumberOfMessages", &Call::messages_max},
    Member<Call, Number>{"WaitTimeSeconds", &Call::wait},
    Member<Call, Number>{"MaxResults", &Call::results_max},
    Member<Call, Number>{"MaxNumberOfMessagesPerSecond", &Call::rate},
};
constexpr std::array entry_texts{
    Member<Entry, Text>{"ReceiptHandle", &Entry::receipt_handle},
    Member<Entry, Text>{"MessageBody", &Entry::body},
    Member<Entry, Text>{"MessageGroupId", &Entry::group},
    Member<Entry, Text>{"MessageDeduplicationId", &Entry::deduplication_id},
};
constexpr std::array entry_numbers{
    Member<Entry, Number>{"VisibilityTimeout", &Entry::visibility},
    Member<Entry, Number>{"DelaySeconds", &Entry::delay},
};

}  // namespace

std::optional<Operation> operation_named(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end() && name != names.back()) {
    return static_cast<Operation>(found - names.begin());
  }
  const bool is_known = std::ranges::find(unsupported_names, name) != unsupported_names.end();
  return is_known ? std::optional(Operation::unsupported) : std::nullopt;
}

std::string_view operation_name(Operation operation) {
  return names[static_cast<std::size_t>(operation)];
}

std::optional<std::string>* text_member(Call& call, std::string_view name) {
  return find_member(call, call_texts, name);
}

std::optional<std::int64_t>* number_member(Call& call, std::string_view name) {
  return find_member(call, call_numbers, name);
}

std::optional<std::string>* text_member(Entry& entry, std::string_view name) {
  return find_member(entry, entry_texts, name);
}

std::optional<std::int64_t>* number_member(Entry& entry, std::string_view name) {
  return find_member(entry, entry_numbers, name);
}

}  // namespace moretta::devqueue
