#pragma once

// One request as both wires mean it. Members are absent, not empty, when the client left them out;
// what must be there is the operation's business.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devqueue/message.hpp"
#include "devqueue/settings.hpp"

namespace moretta::devqueue {

enum class Operation {
  create_queue,
  delete_queue,
  get_queue_url,
  list_queues,
  get_queue_attributes,
  set_queue_attributes,
  purge_queue,
  send_message,
  send_message_batch,
  receive_message,
  delete_message,
  delete_message_batch,
  change_message_visibility,
  change_message_visibility_batch,
  list_dead_letter_source_queues,
  start_message_move_task,
  list_message_move_tasks,
  cancel_message_move_task,
  unsupported,  // SQS has it, this server does not
};

inline constexpr std::size_t operation_count = static_cast<std::size_t>(Operation::unsupported) + 1;

std::optional<Operation> operation_named(std::string_view name);
std::string_view operation_name(Operation operation);

// An entry of a batch, or the one message of a plain operation.
struct Entry {
  std::string id;
  std::optional<std::string> receipt_handle;
  std::optional<std::int64_t> visibility;
  std::optional<std::string> body;
  std::optional<std::int64_t> delay;
  std::optional<std::string> group;
  std::optional<std::string> deduplication_id;
  MessageAttributes attributes;
  MessageAttributes system_attributes;
};

struct Call {
  Operation operation = Operation::unsupported;
  std::optional<std::string> queue_url;
  std::optional<std::string> queue_name;
  std::optional<std::string> prefix;
  std::optional<std::string> next_token;
  std::optional<std::string> source_arn;
  std::optional<std::string> destination_arn;
  std::optional<std::string> task_handle;
  std::optional<std::string> attempt_id;
  std::optional<std::int64_t> messages_max;
  std::optional<std::int64_t> wait;
  std::optional<std::int64_t> results_max;
  std::optional<std::int64_t> rate;
  Attributes attributes;
  std::vector<std::string> attribute_names;  // of a queue, or of the system's on messages
  std::vector<std::string> message_attribute_names;
  Entry entry;
  std::vector<Entry> entries;
};

// The member of a call with this name on the wire, or null: what both parsers share.
std::optional<std::string>* text_member(Call& call, std::string_view name);
std::optional<std::int64_t>* number_member(Call& call, std::string_view name);
std::optional<std::string>* text_member(Entry& entry, std::string_view name);
std::optional<std::int64_t>* number_member(Entry& entry, std::string_view name);

}  // namespace moretta::devqueue
