#include "devqueue/answer.hpp"

#include <fmt/format.h>

namespace moretta::devqueue {

namespace {

// Whom SQS would name as the sender: an IAM principal id. There is only one here.
constexpr std::string_view sender_id = "AIDAIENQZJOLO23YVJ4VO";

bool is_all(std::string_view name) {
  return name == "All" || name == ".*";
}

std::string time_text(WallTime time, TimeUnit unit) {
  const auto millis = time.time_since_epoch().count();
  return std::to_string(unit == TimeUnit::seconds ? millis / 1000 : millis);
}

// LocalStack 0.14.3 shows this one as a float of seconds.
std::string first_receive_text(WallTime time, TimeUnit unit) {
  const auto millis = time.time_since_epoch().count();
  return unit == TimeUnit::seconds ? fmt::format("{}.{:03}", millis / 1000, millis % 1000)
                                   : std::to_string(millis);
}

}  // namespace

bool MessageView::wants_system(std::string_view name) const {
  for (const std::string& wanted : system_names) {
    if (wanted == name || wanted == "All") {
      return true;
    }
  }
  return false;
}

bool MessageView::wants(std::string_view name) const {
  for (const std::string& wanted : attribute_names) {
    if (wanted == name || is_all(wanted)) {
      return true;
    }
    if (wanted.ends_with(".*") &&
        name.starts_with(std::string_view(wanted).substr(0, wanted.size() - 2))) {
      return true;
    }
  }
  return false;
}

NamedTexts system_attributes(const Message& message, const Queue& queue, const MessageView& view) {
  NamedTexts texts;
  if (view.system_names.empty()) {
    return texts;
  }
  texts.reserve(9);
  const auto add = [&](std::string_view name, auto text) {
    if (view.wants_system(name)) {
      texts.emplace_back(name, text());
    }
  };
  add("SenderId", [] { return std::string(sender_id); });
  add("SentTimestamp", [&] { return time_text(message.sent_at, view.unit); });
  add("ApproximateReceiveCount", [&] { return std::to_string(message.receive_count); });
  add("ApproximateFirstReceiveTimestamp",
      [&] { return first_receive_text(message.first_received_at, view.unit); });
  if (queue.is_fifo()) {
    add("SequenceNumber", [&] { return sequence_text(message.sequence); });
  }
  if (message.extras) {
    const auto add_given = [&](std::string_view name, const std::string& text) {
      if (!text.empty()) {
        add(name, [&] { return text; });
      }
    };
    add_given("MessageGroupId", message.extras->group);
    add_given("MessageDeduplicationId", message.extras->deduplication_id);
    add_given("AWSTraceHeader", message.extras->trace_header);
    add_given("DeadLetterQueueSourceArn", message.extras->source_arn);
  }
  return texts;
}

MessageAttributes wanted_attributes(const Message& message, const MessageView& view) {
  MessageAttributes wanted;
  if (message.extras) {
    for (const MessageAttribute& attribute : message.extras->attributes) {
      if (view.wants(attribute.name)) {
        wanted.push_back(attribute);
      }
    }
  }
  return wanted;
}

std::string sequence_text(std::uint64_t sequence) {
  return fmt::format("188{:017}", sequence);  // 20 digits beginning so, as AWS's do
}

std::string_view status_text(MoveStatus status) {
  switch (status) {
    case MoveStatus::running:
      return "RUNNING";
    case MoveStatus::completed:
      return "COMPLETED";
    case MoveStatus::cancelled:
      return "CANCELLED";
    case MoveStatus::failed:
      return "FAILED";
  }
  return "FAILED";
}

}  // namespace moretta::devqueue
