#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "devqueue/message_rules.hpp"
#include "devqueue/operations.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::size_t batch_entries_max = 10;      // SQS
constexpr std::int64_t receive_messages_max = 10;  // SQS
constexpr std::int64_t wait_max = 20;              // SQS
constexpr std::int64_t visibility_max = 43'200;    // SQS: 12 hours
constexpr std::int64_t delay_max = 900;            // SQS

using Problem = std::optional<ApiError>;

Problem out_of_range(std::string_view name, std::optional<std::int64_t> value, std::int64_t min,
                     std::int64_t max) {
  if (!value || (*value >= min && *value <= max)) {
    return {};
  }
  return invalid_value(name, std::to_string(*value),
                       fmt::format("Must be between {} and {}, if provided.", min, max));
}

// The rules every batch shares: 1 to 10 entries with distinct, well-formed ids.
Problem batch_problem(const Call& call, const Scene& scene) {
  if (call.entries.empty()) {
    return ApiError{&error::empty_batch,
                    fmt::format("There should be at least one {}RequestEntry in the request.",
                                operation_name(call.operation))};
  }
  if (call.entries.size() > batch_entries_max && scene.manners.enforces_limits) {
    return ApiError{&error::too_many_entries,
                    fmt::format("Maximum number of entries per request are 10. You have sent {}.",
                                call.entries.size())};
  }
  std::set<std::string_view> ids;
  for (const Entry& entry : call.entries) {
    if (!is_batch_id(entry.id)) {
      return ApiError{&error::invalid_batch_id,
                      "A batch entry id can only contain alphanumeric characters, hyphens and "
                      "underscores. It can be at most 80 letters long."};
    }
    if (!ids.insert(entry.id).second) {
      return ApiError{&error::ids_not_distinct, "Id " + entry.id + " repeated."};
    }
  }
  return {};
}

Problem fifo_problem(const Entry& entry, const Queue& queue) {
  if (!entry.group) {
    return missing("MessageGroupId");
  }
  if (!is_fifo_id(*entry.group)) {
    return invalid_value("MessageGroupId", *entry.group,
                         "MessageGroupId can only include alphanumeric and punctuation characters. "
                         "1 to 128 in length.");
  }
  if (entry.deduplication_id && !is_fifo_id(*entry.deduplication_id)) {
    return invalid_value("MessageDeduplicationId", *entry.deduplication_id,
                         "MessageDeduplicationId can only include alphanumeric and punctuation "
                         "characters. 1 to 128 in length.");
  }
  if (!entry.deduplication_id && !queue.settings().content_deduplication) {
    return ApiError{&error::invalid_parameter,
                    "The queue should either have ContentBasedDeduplication enabled or "
                    "MessageDeduplicationId provided explicitly"};
  }
  if (entry.delay) {
    return invalid_value("DelaySeconds", std::to_string(*entry.delay),
                         "The request include parameter that is not valid for this queue type.");
  }
  return {};
}

Problem standard_problem(const Entry& entry, const Scene& scene) {
  if (entry.deduplication_id) {
    return invalid_value("MessageDeduplicationId", *entry.deduplication_id,
                         "The request include parameter that is not valid for this queue type.");
  }
  if (!entry.group) {
    return {};
  }
  if (!scene.manners.takes_groups_on_standard || !is_fifo_id(*entry.group)) {
    return invalid_value("MessageGroupId", *entry.group,
                         "The request include parameter that is not valid for this queue type.");
  }
  return {};
}

Problem system_attributes_problem(const MessageAttributes& attributes) {
  for (const MessageAttribute& attribute : attributes) {
    if (attribute.name != "AWSTraceHeader" || attribute.type != "String") {
      return ApiError{&error::invalid_parameter,
                      "Message system attribute name '" + attribute.name + "' is invalid."};
    }
  }
  return {};
}

Problem message_problem(const Entry& entry, const Queue& queue, const Scene& scene) {
  const std::size_t bytes_max = scene.manners.enforces_limits
                                    ? queue.settings().message_bytes_max
                                    : std::numeric_limits<std::size_t>::max();
  if (auto problem = content_problem(entry, bytes_max)) {
    return problem;
  }
  if (auto problem = system_attributes_problem(entry.system_attributes)) {
    return problem;
  }
  if (auto problem = out_of_range("DelaySeconds", entry.delay, 0, delay_max)) {
    return problem;
  }
  return queue.is_fifo() ? fifo_problem(entry, queue) : standard_problem(entry, scene);
}

SentMessage send_entry(const Entry& entry, Queue& queue, const Scene& scene) {
  NewMessage message;
  message.body = *entry.body;
  const bool is_plain = entry.attributes.empty() && entry.system_attributes.empty() &&
                        !entry.group && !entry.deduplication_id;
  if (!is_plain) {
    message.extras = std::make_unique<MessageExtras>();
    message.extras->attributes = entry.attributes;
    std::ranges::sort(message.extras->attributes, {}, &MessageAttribute::name);
    message.extras->group = entry.group.value_or("");
    message.extras->deduplication_id = entry.deduplication_id.value_or("");
    if (!entry.system_attributes.empty()) {
      message.extras->trace_header = entry.system_attributes.front().value;
    }
  }
  if (entry.delay) {
    message.delay = Seconds(*entry.delay);
  }
  const Sent sent = queue.send(std::move(message), scene.now);
  return {entry.id, sent, entry.attributes, entry.system_attributes, queue.settings().kind};
}

ApiError invalid_handle(std::string_view handle) {
  return {&error::receipt_handle_is_invalid,
          fmt::format("The input receipt handle \"{}\" is not a valid receipt handle.", handle)};
}

ApiError expired_handle(std::string_view handle) {
  return invalid_value("ReceiptHandle", handle, "The receipt handle has expired.");
}

Problem delete_entry(const Entry& entry, Queue& queue, const Scene& scene) {
  if (!entry.receipt_handle) {
    return missing("ReceiptHandle");
  }
  const auto receipt = queue.receipt_of(*entry.receipt_handle);
  if (!receipt) {
    return scene.manners.enforces_limits ? Problem(invalid_handle(*entry.receipt_handle))
                                         : Problem();
  }
  const Removal removal = queue.remove(*receipt, scene.now);
  if (removal == Removal::expired && scene.manners.enforces_limits) {
    return expired_handle(*entry.receipt_handle);
  }
  return {};
}

Problem change_entry(const Entry& entry, Queue& queue, const Scene& scene) {
  if (!entry.receipt_handle) {
    return missing("ReceiptHandle");
  }
  if (!entry.visibility) {
    return missing("VisibilityTimeout");
  }
  if (auto problem = out_of_range("VisibilityTimeout", entry.visibility, 0, visibility_max)) {
    return problem;
  }
  const auto receipt = queue.receipt_of(*entry.receipt_handle);
  if (!receipt) {
    return invalid_handle(*entry.receipt_handle);
  }
  const ApiError not_in_flight{&error::message_not_inflight,
                               "The specified message isn't in flight."};
  switch (queue.change_visibility(*receipt, Seconds(*entry.visibility), scene.now)) {
    case Extension::changed:
      return {};
    case Extension::stale:
      return scene.manners.enforces_limits ? Problem() : Problem(not_in_flight);
    case Extension::expired:
      return expired_handle(*entry.receipt_handle);
    case Extension::gone:
      return scene.manners.enforces_limits
                 ? invalid_value("ReceiptHandle", *entry.receipt_handle,
                                 "Message does not exist or is not available for visibility "
                                 "timeout change.")
                 : not_in_flight;
    case Extension::beyond_limit:
      return invalid_value("VisibilityTimeout", std::to_string(*entry.visibility),
                           "Total VisibilityTimeout for the message is beyond the limit [43200 "
                           "seconds]");
  }
  return {};
}

// A batch entry that fails although nothing is wrong with it.
Problem injected_problem(const Call& call, const Scene& scene) {
  if (!scene.faults.strikes(&FaultPlan::entry_failure, call.operation)) {
    return {};
  }
  return ApiError{&error::internal_failure, "We encountered an internal error. Please try again."};
}

using SettleEntry = Problem (*)(const Entry&, Queue&, const Scene&);

Result<Answer, ApiError> settle_one(const Call& call, Scene& scene, SettleEntry settle) {
  auto queue = queue_of(call, scene);
  if (!queue) {
    return Failure{queue.error()};
  }
  if (auto problem = settle(call.entry, *queue.value(), scene)) {
    return Failure{std::move(*problem)};
  }
  return Answer{Nothing{}};
}

Result<Answer, ApiError> settle_batch(const Call& call, Scene& scene, SettleEntry settle) {
  auto queue = queue_of(call, scene);
  if (!queue) {
    return Failure{queue.error()};
  }
  if (auto problem = batch_problem(call, scene)) {
    return Failure{std::move(*problem)};
  }
  SettleBatch batch;
  batch.settled.reserve(call.entries.size());
  for (const Entry& entry : call.entries) {
    auto problem = injected_problem(call, scene);
    if (!problem) {
      problem = settle(entry, *queue.value(), scene);
    }
    if (problem) {
      batch.failed.push_back({entry.id, std::move(*problem)});
    } else {
      batch.settled.push_back(entry.id);
    }
  }
  return Answer{std::move(batch)};
}

}  // namespace

Result<Answer, ApiError> send_message(const Call& call, Scene& scene) {
  auto queue = queue_of(call, scene);
  if (!queue) {
    return Failure{queue.error()};
  }
  if (!call.entry.body) {
    return Failure{missing("MessageBody")};
  }
  if (auto problem = message_problem(call.entry, *queue.value(), scene)) {
    return Failure{std::move(*problem)};
  }
  return Answer{send_entry(call.entry, *queue.value(), scene)};
}

Result<Answer, ApiError> send_message_batch(const Call& call, Scene& scene) {
  auto queue = queue_of(call, scene);
  if (!queue) {
    return Failure{queue.error()};
  }
  if (auto problem = batch_problem(call, scene)) {
    return Failure{std::move(*problem)};
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < call.entries.size(); ++i) {
    if (!call.entries[i].body) {
      return Failure{missing(fmt::format("SendMessageBatchRequestEntry.{}.MessageBody", i + 1))};
    }
    bytes += message_bytes(call.entries[i]);
  }
  if (bytes > message_bytes_limit && scene.manners.enforces_limits) {
    return Failure{ApiError{
        &error::batch_too_long,
        fmt::format("Batch requests cannot be longer than {} bytes. You have sent {} bytes.",
                    message_bytes_limit, bytes)}};
  }
  SendBatch batch;
  for (const Entry& entry : call.entries) {
    auto problem = injected_problem(call, scene);
    if (!problem) {
      problem = message_problem(entry, *queue.value(), scene);
    }
    if (problem) {
      batch.failed.push_back({entry.id, std::move(*problem)});
    } else {
      batch.sent.push_back(send_entry(entry, *queue.value(), scene));
    }
  }
  return Answer{std::move(batch)};
}

Result<Answer, ApiError> delete_message(const Call& call, Scene& scene) {
  return settle_one(call, scene, delete_entry);
}

Result<Answer, ApiError> delete_message_batch(const Call& call, Scene& scene) {
  return settle_batch(call, scene, delete_entry);
}

Result<Answer, ApiError> change_message_visibility(const Call& call, Scene& scene) {
  return settle_one(call, scene, change_entry);
}

Result<Answer, ApiError> change_message_visibility_batch(const Call& call, Scene& scene) {
  return settle_batch(call, scene, change_entry);
}

Result<ReceivePlan, ApiError> plan_receive(const Call& call, const Scene& scene) {
  auto queue = queue_of(call, scene);
  if (!queue) {
    return Failure{queue.error()};
  }
  const std::int64_t most = scene.manners.enforces_limits ? receive_messages_max : 1000;
  for (auto problem :
       {out_of_range("MaxNumberOfMessages", call.messages_max, 1, most),
        out_of_range("WaitTimeSeconds", call.wait, 0, wait_max),
        out_of_range("VisibilityTimeout", call.entry.visibility, 0, visibility_max)}) {
    if (problem) {
      return Failure{std::move(*problem)};
    }
  }
  if (call.attempt_id && !is_fifo_id(*call.attempt_id)) {
    return Failure{invalid_value("ReceiveRequestAttemptId", *call.attempt_id,
                                 "ReceiveRequestAttemptId can only include alphanumeric and "
                                 "punctuation characters. 1 to 128 in length.")};
  }
  // LocalStack 0.14.3 ignores the queue's own waiting time.
  const Seconds preset =
      scene.manners.waits_for_each_message ? Seconds(0) : queue.value()->settings().wait;
  ReceivePlan plan;
  plan.queue_name = queue.value()->identity().name;
  plan.request.messages_max = static_cast<std::size_t>(call.messages_max.value_or(1));
  if (call.entry.visibility) {
    plan.request.visibility = Seconds(*call.entry.visibility);
  }
  plan.request.attempt_id = call.attempt_id.value_or("");
  plan.view = {call.attribute_names, call.message_attribute_names, scene.manners.timestamps};
  plan.wait = call.wait ? Seconds(*call.wait) : preset;
  return plan;
}

Result<Received, ApiError> receive(const ReceivePlan& plan, std::size_t messages_max,
                                   Scene& scene) {
  Queue* queue = scene.account.find(plan.queue_name);
  if (queue == nullptr) {
    return Failure{no_such_queue()};
  }
  queue->advance(scene.now);
  ReceiveRequest request = plan.request;
  request.messages_max = messages_max;
  if (scene.manners.enforces_limits) {
    const std::size_t in_flight = queue->in_flight();
    // SQS: an error on a short poll of a standard queue, silence on a long poll and on FIFO queues.
    if (in_flight >= scene.in_flight_max && plan.wait == Seconds(0) && !queue->is_fifo()) {
      return Failure{ApiError{&error::over_limit,
                              "Too many messages in flight; delete some before receiving more."}};
    }
    const std::size_t room = scene.in_flight_max - std::min(in_flight, scene.in_flight_max);
    request.messages_max = std::min(messages_max, room);
  }
  Received received{queue, {}};
  received.deliveries.reserve(request.messages_max);
  queue->receive(request, scene.account.dead_letters_of(*queue), scene.now, received.deliveries);
  for (const Delivery& delivery : received.deliveries) {
    if (!queue->is_fifo() &&
        scene.faults.strikes(&FaultPlan::duplicate, Operation::receive_message)) {
      queue->duplicate(*delivery.message);
    }
  }
  return received;
}

}  // namespace moretta::devqueue
