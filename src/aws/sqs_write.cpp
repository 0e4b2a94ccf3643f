#include <cstdint>

#include "aws/sqs_wire.hpp"
#include "aws/url.hpp"
#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "record/trace_context.hpp"

namespace moretta::aws {

namespace {

// Members under their names, lists and maps under both wires' names for them: JSON nests, Query
// numbers from one and joins with periods.
class RequestWriter {
 public:
  // `bytes`: about how long it will be.
  RequestWriter(Protocol protocol, std::string_view operation, std::size_t bytes = 256)
      : protocol_(protocol) {
    out_.reserve(bytes);
    if (protocol_ == Protocol::json) {
      out_ = "{";
    } else {
      out_.append("Action=").append(operation).append("&Version=2012-11-05");
    }
  }

  void text(std::string_view name, std::string_view value) {
    open_member(name);
    if (protocol_ == Protocol::json) {
      append_json_string(value, out_);
    } else {
      append_percent_encoded(value, out_);
    }
  }

  void text_if_any(std::string_view name, std::string_view value) {
    if (!value.empty()) {
      text(name, value);
    }
  }

  void number(std::string_view name, std::int64_t value) {
    open_member(name);
    out_ += std::to_string(value);
  }

  // A list of one text: this client never asks for two things by name.
  void only(std::string_view json_name, std::string_view query_name, std::string_view value) {
    if (protocol_ == Protocol::json) {
      open_member(json_name);
      out_.push_back('[');
      append_json_string(value, out_);
      out_.push_back(']');
      return;
    }
    text(std::string(query_name) + ".1", value);
  }

  // Begins the next object of a list; end_list() after the last.
  void begin_entry(std::string_view json_name, std::string_view query_name) {
    ++entry_;
    if (protocol_ == Protocol::query) {
      prefix_.assign(query_name).append(".").append(std::to_string(entry_)).append(".");
      return;
    }
    if (entry_ == 1) {
      open_member(json_name);
      out_.push_back('[');
    } else {
      out_.push_back(',');
    }
    out_.push_back('{');
  }

  void end_entry() {
    if (protocol_ == Protocol::json) {
      out_.push_back('}');
    }
    prefix_.clear();
  }

  void end_list() {
    if (protocol_ == Protocol::json) {
      out_ += "]";
    }
    entry_ = 0;
  }

  void message_attributes(const std::vector<MessageAttribute>& attributes) {
    if (attributes.empty()) {
      return;
    }
    const std::string outer = prefix_;
    if (protocol_ == Protocol::json) {
      open_member("MessageAttributes");
      out_ += "{";
    }
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      const MessageAttribute& attribute = attributes[i];
      if (protocol_ == Protocol::json) {
        open_member(attribute.name);
        out_ += "{";
      } else {
        const std::string numbered = outer + "MessageAttribute." + std::to_string(i + 1) + ".";
        prefix_ = numbered;
        text("Name", attribute.name);
        prefix_ = numbered + "Value.";
      }
      text("DataType", attribute.type);
      if (attribute.type.starts_with("Binary")) {
        text("BinaryValue", base64(bytes_of(attribute.value)));
      } else {
        text("StringValue", attribute.value);
      }
      if (protocol_ == Protocol::json) {
        out_ += "}";
      }
    }
    if (protocol_ == Protocol::json) {
      out_ += "}";
    }
    prefix_ = outer;
  }

  void queue_attributes(const Attributes& attributes) {
    if (attributes.empty()) {
      return;
    }
    if (protocol_ == Protocol::json) {
      open_member("Attributes");
      out_ += "{";
      for (const auto& [name, value] : attributes) {
        text(name, value);
      }
      out_ += "}";
      return;
    }
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      prefix_ = "Attribute." + std::to_string(i + 1) + ".";
      text("Name", attributes[i].first);
      text("Value", attributes[i].second);
    }
    prefix_.clear();
  }

  std::string finish() && {
    if (protocol_ == Protocol::json) {
      out_ += "}";
    }
    return std::move(out_);
  }

 private:
  void open_member(std::string_view name) {
    if (protocol_ == Protocol::query) {
      out_.append("&").append(prefix_).append(name).append("=");
      return;
    }
    if (out_.back() != '{') {
      out_.push_back(',');
    }
    out_.push_back('"');
    out_.append(name).append(std::string_view("\":"));
  }

  Protocol protocol_;
  std::string out_;
  std::string prefix_;  // Query: what the members of the present entry are called before their name
  int entry_ = 0;
};

}  // namespace

std::string write_receive(Protocol protocol, const ReceiveRequest& request) {
  RequestWriter writer(protocol, "ReceiveMessage");
  writer.text("QueueUrl", request.queue_url);
  writer.number("MaxNumberOfMessages", request.messages);
  writer.number("WaitTimeSeconds", request.wait.count());
  if (request.visibility) {
    writer.number("VisibilityTimeout", request.visibility->count());
  }
  // The second is the first one's old name, the only one that old servers know; AWS takes both.
  writer.only("MessageSystemAttributeNames", "MessageSystemAttributeName", "All");
  writer.only("AttributeNames", "AttributeName", "All");
  if (request.attributes != SenderAttributes::none) {
    writer.only("MessageAttributeNames", "MessageAttributeName",
                request.attributes == SenderAttributes::all ? "All" : traceparent_name);
  }
  writer.text_if_any("ReceiveRequestAttemptId", request.attempt_id);
  return std::move(writer).finish();
}

std::string write_delete_batch(Protocol protocol, std::string_view queue_url,
                               std::span<const std::string_view> receipts) {
  constexpr std::size_t entry_bytes = 40;  // around a receipt, in JSON
  std::size_t bytes = 128 + queue_url.size();
  for (const std::string_view receipt : receipts) {
    bytes += receipt.size() + entry_bytes;
  }
  RequestWriter writer(protocol, "DeleteMessageBatch", bytes);
  writer.text("QueueUrl", queue_url);
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    writer.begin_entry("Entries", "DeleteMessageBatchRequestEntry");
    writer.text("Id", std::to_string(i));
    writer.text("ReceiptHandle", receipts[i]);
    writer.end_entry();
  }
  writer.end_list();
  return std::move(writer).finish();
}

std::string write_visibility_batch(Protocol protocol, std::string_view queue_url,
                                   std::span<const VisibilityEntry> entries) {
  RequestWriter writer(protocol, "ChangeMessageVisibilityBatch");
  writer.text("QueueUrl", queue_url);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    writer.begin_entry("Entries", "ChangeMessageVisibilityBatchRequestEntry");
    writer.text("Id", std::to_string(i));
    writer.text("ReceiptHandle", entries[i].receipt);
    writer.number("VisibilityTimeout", entries[i].visibility.count());
    writer.end_entry();
  }
  writer.end_list();
  return std::move(writer).finish();
}

std::string write_send_batch(Protocol protocol, std::string_view queue_url,
                             std::span<const SendEntry* const> entries) {
  RequestWriter writer(protocol, "SendMessageBatch");
  writer.text("QueueUrl", queue_url);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const SendEntry& entry = *entries[i];
    writer.begin_entry("Entries", "SendMessageBatchRequestEntry");
    writer.text("Id", std::to_string(i));
    writer.text("MessageBody", entry.body);
    if (entry.delay) {
      writer.number("DelaySeconds", entry.delay->count());
    }
    writer.message_attributes(entry.attributes);
    writer.text_if_any("MessageGroupId", entry.group_id);
    writer.text_if_any("MessageDeduplicationId", entry.deduplication_id);
    writer.end_entry();
  }
  writer.end_list();
  return std::move(writer).finish();
}

std::string write_get_queue_url(Protocol protocol, std::string_view name) {
  RequestWriter writer(protocol, "GetQueueUrl");
  writer.text("QueueName", name);
  return std::move(writer).finish();
}

std::string write_get_attributes(Protocol protocol, std::string_view queue_url) {
  RequestWriter writer(protocol, "GetQueueAttributes");
  writer.text("QueueUrl", queue_url);
  writer.only("AttributeNames", "AttributeName", "All");
  return std::move(writer).finish();
}

std::string write_create_queue(Protocol protocol, std::string_view name,
                               const Attributes& attributes) {
  RequestWriter writer(protocol, "CreateQueue");
  writer.text("QueueName", name);
  writer.queue_attributes(attributes);
  return std::move(writer).finish();
}

std::string write_queue_operation(Protocol protocol, std::string_view operation,
                                  std::string_view queue_url) {
  RequestWriter writer(protocol, operation);
  writer.text("QueueUrl", queue_url);
  return std::move(writer).finish();
}

}  // namespace moretta::aws
