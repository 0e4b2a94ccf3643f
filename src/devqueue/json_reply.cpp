#include <iterator>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "devqueue/json_wire.hpp"

namespace moretta::devqueue {

namespace {

void key(std::string_view name, std::string& out) {
  if (out.back() != '{' && out.back() != '[') {
    out.push_back(',');
  }
  out.push_back('"');
  out += name;
  out += "\":";
}

void member(std::string_view name, std::string_view text, std::string& out) {
  key(name, out);
  append_json_string(text, out);
}

void member(std::string_view name, std::uint64_t number, std::string& out) {
  key(name, out);
  fmt::format_to(std::back_inserter(out), "{}", number);
}

void separate(std::string& out) {
  if (out.back() != '[') {
    out.push_back(',');
  }
}

void digest_member(std::string_view name, const Md5& digest, std::string& out) {
  key(name, out);
  out.push_back('"');
  append_hex(digest, out);
  out.push_back('"');
}

void write_sent_members(const SentMessage& message, std::string& out) {
  key("MessageId", out);
  out.push_back('"');
  append_id_text(message.sent.id, out);
  out.push_back('"');
  digest_member("MD5OfMessageBody", message.sent.body_md5, out);
  if (!message.attributes.empty()) {
    digest_member("MD5OfMessageAttributes", attributes_digest(message.attributes), out);
  }
  if (!message.system_attributes.empty()) {
    digest_member("MD5OfMessageSystemAttributes", attributes_digest(message.system_attributes),
                  out);
  }
  if (message.kind == QueueKind::fifo) {
    member("SequenceNumber", sequence_text(message.sent.sequence), out);
  }
}

void write_failed(const std::vector<FailedEntry>& entries, std::string& out) {
  if (entries.empty()) {
    return;
  }
  key("Failed", out);
  out.push_back('[');
  for (const FailedEntry& entry : entries) {
    separate(out);
    out.push_back('{');
    member("Id", entry.id, out);
    key("SenderFault", out);
    out += entry.error.kind->blame == Blame::sender ? "true" : "false";
    member("Code", entry.error.kind->legacy, out);
    member("Message", entry.error.message, out);
    out.push_back('}');
  }
  out.push_back(']');
}

void write_texts(std::string_view name, const std::vector<std::string>& texts, std::string& out) {
  key(name, out);
  out.push_back('[');
  for (const std::string& text : texts) {
    separate(out);
    append_json_string(text, out);
  }
  out.push_back(']');
}

void write_message(const Delivery& delivery, const Queue& queue, const MessageView& view,
                   std::string& out) {
  const Message& message = *delivery.message;
  out += "{\"MessageId\":\"";
  append_id_text(message.id, out);
  out += "\",\"ReceiptHandle\":\"";
  queue.append_handle(delivery.receipt, out);
  out += "\",\"MD5OfBody\":\"";
  append_hex(message.body_md5, out);
  out += "\",\"Body\":";
  append_json_string(message.body, out);
  const NamedTexts system = system_attributes(message, queue, view);
  if (!system.empty()) {
    out += ",\"Attributes\":{";
    for (const auto& [name, text] : system) {
      member(name, text, out);
    }
    out.push_back('}');
  }
  const MessageAttributes attributes = wanted_attributes(message, view);
  if (!attributes.empty()) {
    digest_member("MD5OfMessageAttributes", attributes_digest(attributes), out);
    out += ",\"MessageAttributes\":{";
    for (const MessageAttribute& attribute : attributes) {
      if (out.back() != '{') {
        out.push_back(',');
      }
      append_json_string(attribute.name, out);
      out += ":{";
      member("DataType", attribute.type, out);
      if (attribute.is_binary()) {
        member("BinaryValue", base64(bytes_of(attribute.value)), out);
      } else {
        member("StringValue", attribute.value, out);
      }
      out.push_back('}');
    }
    out.push_back('}');
  }
  out.push_back('}');
}

void write_task(const MoveTask& task, std::string& out) {
  separate(out);
  out.push_back('{');
  if (task.status == MoveStatus::running) {
    member("TaskHandle", task.handle, out);
  }
  member("Status", status_text(task.status), out);
  member("SourceArn", task.order.source_arn, out);
  if (!task.order.destination_arn.empty()) {
    member("DestinationArn", task.order.destination_arn, out);
  }
  if (task.order.rate_per_second) {
    member("MaxNumberOfMessagesPerSecond", static_cast<std::uint64_t>(*task.order.rate_per_second),
           out);
  }
  member("ApproximateNumberOfMessagesMoved", task.moved, out);
  member("ApproximateNumberOfMessagesToMove", task.to_move, out);
  if (!task.failure.empty()) {
    member("FailureReason", task.failure, out);
  }
  member("StartedTimestamp", static_cast<std::uint64_t>(task.started.time_since_epoch().count()),
         out);
  out.push_back('}');
}

struct AnswerWriter {
  std::string& out;

  void operator()(const Nothing&) const {}
  void operator()(const QueueUrl& answer) const { member("QueueUrl", answer.url, out); }
  void operator()(const QueueUrls& answer) const {
    if (!answer.urls.empty()) {
      write_texts(answer.json_name, answer.urls, out);
    }
    if (!answer.next_token.empty()) {
      member("NextToken", answer.next_token, out);
    }
  }
  void operator()(const QueueAttributes& answer) const {
    if (answer.attributes.empty()) {
      return;
    }
    key("Attributes", out);
    out.push_back('{');
    for (const auto& [name, text] : answer.attributes) {
      member(name, text, out);
    }
    out.push_back('}');
  }
  void operator()(const SentMessage& answer) const { write_sent_members(answer, out); }
  void operator()(const SendBatch& answer) const {
    if (!answer.sent.empty()) {
      key("Successful", out);
      out.push_back('[');
      for (const SentMessage& message : answer.sent) {
        separate(out);
        out.push_back('{');
        member("Id", message.id, out);
        write_sent_members(message, out);
        out.push_back('}');
      }
      out.push_back(']');
    }
    write_failed(answer.failed, out);
  }
  void operator()(const SettleBatch& answer) const {
    if (!answer.settled.empty()) {
      key("Successful", out);
      out.push_back('[');
      for (const std::string& id : answer.settled) {
        separate(out);
        out.push_back('{');
        member("Id", id, out);
        out.push_back('}');
      }
      out.push_back(']');
    }
    write_failed(answer.failed, out);
  }
  void operator()(const MoveTaskStarted& answer) const { member("TaskHandle", answer.handle, out); }
  void operator()(const MoveTaskCancelled& answer) const {
    member("ApproximateNumberOfMessagesMoved", answer.moved, out);
  }
  void operator()(const MoveTaskList& answer) const {
    key("Results", out);
    out.push_back('[');
    for (const MoveTask& task : answer.tasks) {
      write_task(task, out);
    }
    out.push_back(']');
  }
};

}  // namespace

void write_json(const Answer& answer, std::string& out) {
  out.push_back('{');
  std::visit(AnswerWriter{out}, answer);
  out.push_back('}');
}

void write_json_received(const Received& received, const MessageView& view, std::string& out) {
  out.push_back('{');
  if (!received.deliveries.empty()) {
    out += "\"Messages\":[";
    for (const Delivery& delivery : received.deliveries) {
      separate(out);
      write_message(delivery, *received.queue, view, out);
    }
    out.push_back(']');
  }
  out.push_back('}');
}

void write_json_error(const ApiError& error, std::string& out) {
  fmt::format_to(std::back_inserter(out), R"({{"__type":"{}#{}","message":)", error.kind->space,
                 error.kind->shape);
  append_json_string(error.message, out);
  out.push_back('}');
}

}  // namespace moretta::devqueue
