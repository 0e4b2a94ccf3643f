#include <iterator>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "devqueue/query_wire.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::string_view xml_declaration = "<?xml version=\"1.0\"?>";
constexpr std::string_view xml_namespace = "http://queue.amazonaws.com/doc/2012-11-05/";

// CR and quotes as references, as AWS writes them: a bare CR would be read back as LF.
void append_escaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        out.push_back(c);
    }
  }
}

void open(std::string_view name, std::string& out) {
  out.push_back('<');
  out += name;
  out.push_back('>');
}

void close(std::string_view name, std::string& out) {
  out += "</";
  out += name;
  out.push_back('>');
}

void element(std::string_view name, std::string_view text, std::string& out) {
  open(name, out);
  append_escaped(text, out);
  close(name, out);
}

void element(std::string_view name, std::uint64_t number, std::string& out) {
  fmt::format_to(std::back_inserter(out), "<{0}>{1}</{0}>", name, number);
}

void pair(std::string_view name, std::string_view key, std::string_view value, std::string& out) {
  open(name, out);
  element("Name", key, out);
  element("Value", value, out);
  close(name, out);
}

void digest_element(std::string_view name, const Md5& digest, std::string& out) {
  open(name, out);
  append_hex(digest, out);
  close(name, out);
}

void write_sent_elements(const SentMessage& message, std::string& out) {
  open("MessageId", out);
  append_id_text(message.sent.id, out);
  close("MessageId", out);
  digest_element("MD5OfMessageBody", message.sent.body_md5, out);
  if (!message.attributes.empty()) {
    digest_element("MD5OfMessageAttributes", attributes_digest(message.attributes), out);
  }
  if (!message.system_attributes.empty()) {
    digest_element("MD5OfMessageSystemAttributes", attributes_digest(message.system_attributes),
                   out);
  }
  if (message.kind == QueueKind::fifo) {
    element("SequenceNumber", sequence_text(message.sent.sequence), out);
  }
}

void write_failed(const std::vector<FailedEntry>& entries, std::string& out) {
  for (const FailedEntry& entry : entries) {
    open("BatchResultErrorEntry", out);
    element("Id", entry.id, out);
    element("SenderFault", entry.error.kind->blame == Blame::sender ? "true" : "false", out);
    element("Code", entry.error.kind->legacy, out);
    element("Message", entry.error.message, out);
    close("BatchResultErrorEntry", out);
  }
}

void write_task(const MoveTask& task, std::string& out) {
  constexpr std::string_view name = "ListMessageMoveTasksResultEntry";
  open(name, out);
  if (task.status == MoveStatus::running) {
    element("TaskHandle", task.handle, out);
  }
  element("Status", status_text(task.status), out);
  element("SourceArn", task.order.source_arn, out);
  if (!task.order.destination_arn.empty()) {
    element("DestinationArn", task.order.destination_arn, out);
  }
  if (task.order.rate_per_second) {
    element("MaxNumberOfMessagesPerSecond", static_cast<std::uint64_t>(*task.order.rate_per_second),
            out);
  }
  element("ApproximateNumberOfMessagesMoved", task.moved, out);
  element("ApproximateNumberOfMessagesToMove", task.to_move, out);
  if (!task.failure.empty()) {
    element("FailureReason", task.failure, out);
  }
  element("StartedTimestamp", static_cast<std::uint64_t>(task.started.time_since_epoch().count()),
          out);
  close(name, out);
}

struct AnswerWriter {
  Operation operation;
  std::string& out;

  void operator()(const Nothing&) const {}
  void operator()(const QueueUrl& answer) const { element("QueueUrl", answer.url, out); }
  void operator()(const QueueUrls& answer) const {
    for (const std::string& url : answer.urls) {
      element("QueueUrl", url, out);
    }
    if (!answer.next_token.empty()) {
      element("NextToken", answer.next_token, out);
    }
  }
  void operator()(const QueueAttributes& answer) const {
    for (const auto& [name, value] : answer.attributes) {
      pair("Attribute", name, value, out);
    }
  }
  void operator()(const SentMessage& answer) const { write_sent_elements(answer, out); }
  void operator()(const SendBatch& answer) const {
    for (const SentMessage& message : answer.sent) {
      open("SendMessageBatchResultEntry", out);
      element("Id", message.id, out);
      write_sent_elements(message, out);
      close("SendMessageBatchResultEntry", out);
    }
    write_failed(answer.failed, out);
  }
  void operator()(const SettleBatch& answer) const {
    const std::string name = std::string(operation_name(operation)) + "ResultEntry";
    for (const std::string& id : answer.settled) {
      open(name, out);
      element("Id", id, out);
      close(name, out);
    }
    write_failed(answer.failed, out);
  }
  void operator()(const MoveTaskStarted& answer) const {
    element("TaskHandle", answer.handle, out);
  }
  void operator()(const MoveTaskCancelled& answer) const {
    element("ApproximateNumberOfMessagesMoved", answer.moved, out);
  }
  void operator()(const MoveTaskList& answer) const {
    for (const MoveTask& task : answer.tasks) {
      write_task(task, out);
    }
  }
};

void open_response(std::string_view operation, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}<{}Response xmlns=\"{}\">", xml_declaration, operation,
                 xml_namespace);
}

void close_response(std::string_view operation, std::string_view request_id, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "<ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></{}Response>",
                 request_id, operation);
}

}  // namespace

void write_xml(const Answer& answer, Operation operation, std::string_view request_id,
               std::string& out) {
  const std::string_view name = operation_name(operation);
  open_response(name, out);
  if (!std::holds_alternative<Nothing>(answer)) {
    const std::string result = std::string(name) + "Result";
    open(result, out);
    std::visit(AnswerWriter{operation, out}, answer);
    close(result, out);
  }
  close_response(name, request_id, out);
}

void write_xml_message(const Delivery& delivery, const Queue& queue, const MessageView& view,
                       std::string& out) {
  const Message& message = *delivery.message;
  out += "<Message><MessageId>";
  append_id_text(message.id, out);
  out += "</MessageId><ReceiptHandle>";
  queue.append_handle(delivery.receipt, out);
  out += "</ReceiptHandle><MD5OfBody>";
  append_hex(message.body_md5, out);
  out += "</MD5OfBody>";
  element("Body", message.body, out);
  for (const auto& [name, text] : system_attributes(message, queue, view)) {
    pair("Attribute", name, text, out);
  }
  const MessageAttributes attributes = wanted_attributes(message, view);
  if (!attributes.empty()) {
    digest_element("MD5OfMessageAttributes", attributes_digest(attributes), out);
  }
  for (const MessageAttribute& attribute : attributes) {
    out += "<MessageAttribute>";
    element("Name", attribute.name, out);
    out += "<Value>";
    if (attribute.is_binary()) {
      element("BinaryValue", base64(bytes_of(attribute.value)), out);
    } else {
      element("StringValue", attribute.value, out);
    }
    element("DataType", attribute.type, out);
    out += "</Value></MessageAttribute>";
  }
  out += "</Message>";
}

void write_xml_received(std::string_view messages, std::string_view request_id, std::string& out) {
  open_response("ReceiveMessage", out);
  if (messages.empty()) {
    out += "<ReceiveMessageResult/>";
  } else {
    open("ReceiveMessageResult", out);
    out += messages;
    close("ReceiveMessageResult", out);
  }
  close_response("ReceiveMessage", request_id, out);
}

void write_xml_error(const ApiError& error, std::string_view request_id, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}<ErrorResponse xmlns=\"{}\"><Error><Type>{}</Type>",
                 xml_declaration, xml_namespace,
                 error.kind->blame == Blame::sender ? "Sender" : "Receiver");
  element("Code", error.kind->legacy, out);
  element("Message", error.message, out);
  out += "<Detail/></Error>";
  element("RequestId", request_id, out);
  out += "</ErrorResponse>";
}

}  // namespace moretta::devqueue
