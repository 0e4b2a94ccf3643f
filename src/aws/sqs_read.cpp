#include <pugixml.hpp>
#include <simdjson.h>

#include "aws/sqs_wire.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

namespace json = simdjson::dom;

std::string* system_attribute(SqsMessage& message, std::string_view name) {
  if (name == "SentTimestamp") {
    return &message.sent_timestamp;
  }
  if (name == "ApproximateReceiveCount") {
    return &message.receive_count;
  }
  if (name == "MessageGroupId") {
    return &message.group_id;
  }
  return name == "AWSTraceHeader" ? &message.trace_header : nullptr;
}

namespace {

std::string text(const json::object& object, std::string_view name) {
  std::string_view value;
  return object[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

// Values are strings on AWS; emulators have been seen to send numbers.
std::string scalar(const json::element& value) {
  std::string_view string;
  if (value.get(string) == simdjson::SUCCESS) {
    return std::string(string);
  }
  return value.is_object() || value.is_array() || value.is_null() ? std::string()
                                                                  : simdjson::minify(value);
}

Attributes map(const json::object& object, std::string_view name) {
  Attributes out;
  json::object members;
  if (object[name].get(members) == simdjson::SUCCESS) {
    out.reserve(members.size());
    for (const auto& [key, value] : members) {
      out.emplace_back(key, scalar(value));
    }
  }
  return out;
}

std::vector<json::object> list(const json::object& object, std::string_view name) {
  std::vector<json::object> out;
  json::array entries;
  if (object[name].get(entries) == simdjson::SUCCESS) {
    out.reserve(entries.size());
    for (const json::element& entry : entries) {
      json::object member;
      if (entry.get(member) == simdjson::SUCCESS) {
        out.push_back(member);
      }
    }
  }
  return out;
}

std::string text(const json::element& value) {
  std::string_view string;
  return value.get(string) == simdjson::SUCCESS ? std::string(string) : std::string();
}

// Moves a text out of the parser's memory, which outlives the answer.
std::string take_text(const json::element& value) {
  std::string_view string;
  if (value.get(string) != simdjson::SUCCESS) {
    return {};
  }
  std::string out(string);
  wipe(std::as_writable_bytes(std::span(const_cast<char*>(string.data()), string.size())));
  return out;
}

void add_attributes(const json::object& members, SqsMessage& message) {
  for (const auto& [name, value] : members) {
    json::object attribute;
    if (value.get(attribute) != simdjson::SUCCESS) {
      continue;
    }
    json::element held;
    if (attribute["StringValue"].get(held) == simdjson::SUCCESS) {
      message.attributes.push_back({.name = std::string(name),
                                    .type = text(attribute, "DataType"),
                                    .value = take_text(held)});
    }
  }
}

// In one pass and in place: this is the largest part of what a message costs to read.
void read_message(const json::object& object, SqsMessage& out) {
  for (const auto& [name, value] : object) {
    if (name == "MessageId") {
      out.id = text(value);
    } else if (name == "ReceiptHandle") {
      out.receipt = text(value);
    } else if (name == "Body") {
      out.body = take_text(value);
    } else if (name == "MD5OfBody") {
      out.body_md5 = text(value);
    } else if (json::object members;
               name == "Attributes" && value.get(members) == simdjson::SUCCESS) {
      for (const auto& [key, held] : members) {
        if (std::string* const to = system_attribute(out, key)) {
          *to = scalar(held);
        }
      }
    } else if (name == "MessageAttributes" && value.get(members) == simdjson::SUCCESS) {
      add_attributes(members, out);
    }
  }
}

BatchSuccess success(const json::object& object) {
  BatchSuccess out;
  for (const auto& [name, value] : object) {
    if (name == "Id") {
      out.entry = text(value);
    } else if (name == "MessageId") {
      out.message_id = text(value);
    } else if (name == "MD5OfMessageBody") {
      out.body_md5 = text(value);
    } else if (name == "SequenceNumber") {
      out.sequence_number = text(value);
    }
  }
  return out;
}

BatchFailure failure(const json::object& object) {
  bool sender = false;
  const bool said = object["SenderFault"].get(sender) == simdjson::SUCCESS;
  return {.entry = text(object, "Id"),
          .code = text(object, "Code"),
          .fault = said && sender ? BatchFailure::Fault::sender : BatchFailure::Fault::server};
}

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') + 1);  // npos + 1 is 0: no prefix
}

// All text of an element: comments and CDATA sections split it into several nodes.
std::string text(const pugi::xml_node& node) {
  std::string out;
  for (const pugi::xml_node& part : node.children()) {
    if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) {
      append_secret(out, part.value());
    }
  }
  return out;
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& candidate : node.children()) {
    if (local_name(candidate) == name) {
      return candidate;
    }
  }
  return {};
}

std::string text(const pugi::xml_node& node, std::string_view name) {
  return text(child(node, name));
}

Attributes map(const pugi::xml_node& node) {
  Attributes out;
  for (const pugi::xml_node& entry : node.children()) {
    if (local_name(entry) == "Attribute") {
      out.emplace_back(text(entry, "Name"), text(entry, "Value"));
    }
  }
  return out;
}

SqsMessage message(const pugi::xml_node& node) {
  SqsMessage out;
  out.id = text(node, "MessageId");
  out.receipt = text(node, "ReceiptHandle");
  out.body = text(node, "Body");
  out.body_md5 = text(node, "MD5OfBody");
  for (auto& [name, value] : map(node)) {
    if (std::string* const to = system_attribute(out, name)) {
      *to = std::move(value);
    }
  }
  for (const pugi::xml_node& entry : node.children()) {
    const pugi::xml_node value = child(entry, "Value");
    if (local_name(entry) == "MessageAttribute" && child(value, "StringValue")) {
      out.attributes.push_back({.name = text(entry, "Name"),
                                .type = text(value, "DataType"),
                                .value = text(value, "StringValue")});
    }
  }
  return out;
}

BatchSuccess success(const pugi::xml_node& node) {
  return {.entry = text(node, "Id"),
          .message_id = text(node, "MessageId"),
          .body_md5 = text(node, "MD5OfMessageBody"),
          .sequence_number = text(node, "SequenceNumber")};
}

BatchFailure failure(const pugi::xml_node& node) {
  const bool sender = text(node, "SenderFault") == "true";
  return {.entry = text(node, "Id"),
          .code = text(node, "Code"),
          .fault = sender ? BatchFailure::Fault::sender : BatchFailure::Fault::server};
}

// Bodies keep their line ends and may be nothing but blanks: no normalisation.
constexpr unsigned xml_options =
    pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata_single;

}  // namespace

struct SqsReader::Parsers {
  json::parser parser;
  pugi::xml_document document;

  std::optional<json::object> object(const std::string& body) {
    json::object out;
    if (parser.parse(body.empty() ? empty_object : body).get(out) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    return out;
  }

  pugi::xml_node root(const std::string& body) {
    xml = body;
    if (!document.load_buffer_inplace(xml.data(), xml.size(), xml_options, pugi::encoding_utf8)) {
      return {};
    }
    return document.document_element();
  }

  void forget() {
    document.reset();
    wipe(xml);
  }

  // <OpResponse>: nullopt if it is something else; without an <OpResult> an empty node. So is an
  // empty body, by which some emulators say that there is no message.
  std::optional<pugi::xml_node> result(const std::string& body) {
    if (body.empty()) {
      return pugi::xml_node();
    }
    const pugi::xml_node response = root(body);
    if (!local_name(response).ends_with("Response") || local_name(response) == "ErrorResponse") {
      return std::nullopt;
    }
    for (const pugi::xml_node& candidate : response.children()) {
      if (local_name(candidate).ends_with("Result")) {
        return candidate;
      }
    }
    return pugi::xml_node();
  }

  const std::string empty_object = "{}";
  std::string xml;  // what the document points into
};

SqsReader::SqsReader() : parsers_(std::make_unique<Parsers>()) {}
SqsReader::~SqsReader() = default;

bool SqsReader::messages(Protocol protocol, const std::string& body, std::vector<SqsMessage>& out) {
  if (protocol == Protocol::json) {
    const auto reply = parsers_->object(body);
    if (!reply) {
      return false;
    }
    for (const json::object& entry : list(*reply, "Messages")) {
      read_message(entry, out.emplace_back());
    }
    return true;
  }
  const auto result = parsers_->result(body);
  if (!result) {
    return false;
  }
  for (const pugi::xml_node& node : result->children()) {
    if (local_name(node) == "Message") {
      out.push_back(message(node));
    }
  }
  parsers_->forget();
  return true;
}

std::optional<BatchReply> SqsReader::batch(Protocol protocol, const std::string& body) {
  BatchReply out;
  if (protocol == Protocol::json) {
    const auto reply = parsers_->object(body);
    if (!reply) {
      return std::nullopt;
    }
    const std::vector<json::object> successes = list(*reply, "Successful");
    out.successes.reserve(successes.size());
    for (const json::object& entry : successes) {
      out.successes.push_back(success(entry));
    }
    for (const json::object& entry : list(*reply, "Failed")) {
      out.failures.push_back(failure(entry));
    }
    return out;
  }
  const auto result = parsers_->result(body);
  if (!result) {
    return std::nullopt;
  }
  for (const pugi::xml_node& node : result->children()) {
    if (local_name(node) == "BatchResultErrorEntry") {
      out.failures.push_back(failure(node));
    } else if (local_name(node).ends_with("BatchResultEntry")) {
      out.successes.push_back(success(node));
    }
  }
  return out;
}

std::optional<Attributes> SqsReader::attributes(Protocol protocol, const std::string& body) {
  if (protocol == Protocol::json) {
    const auto reply = parsers_->object(body);
    return reply ? std::optional(map(*reply, "Attributes")) : std::nullopt;
  }
  const auto result = parsers_->result(body);
  return result ? std::optional(map(*result)) : std::nullopt;
}

std::optional<std::string> SqsReader::queue_url(Protocol protocol, const std::string& body) {
  std::string url;
  if (protocol == Protocol::json) {
    const auto reply = parsers_->object(body);
    url = reply ? text(*reply, "QueueUrl") : "";
  } else {
    const auto result = parsers_->result(body);
    url = result ? text(*result, "QueueUrl") : "";
  }
  return url.empty() ? std::nullopt : std::optional(std::move(url));
}

bool SqsReader::is_answer(Protocol protocol, const std::string& body) {
  if (protocol == Protocol::json) {
    return parsers_->object(body).has_value();
  }
  return !body.empty() && parsers_->result(body).has_value();
}

std::string SqsReader::error_code(Protocol protocol, const std::string& body) {
  if (protocol == Protocol::json) {
    const auto reply = parsers_->object(body);
    const std::string type = reply ? text(*reply, "__type") : "";
    return type.substr(type.rfind('#') + 1);  // npos + 1 is 0: no namespace
  }
  const pugi::xml_node root = parsers_->root(body);
  if (local_name(root) == "Error") {
    return text(root, "Code");  // as S3 says it
  }
  return local_name(root) == "ErrorResponse" ? text(child(root, "Error"), "Code") : "";
}

bool SqsReader::says_receipt_expired(Protocol protocol, const std::string& body) {
  constexpr std::string_view phrase = "receipt handle has expired";
  std::string message;
  if (protocol == Protocol::json) {
    if (const auto reply = parsers_->object(body)) {
      message = text(*reply, "message") + text(*reply, "Message");
    }
  } else {
    message = text(child(parsers_->root(body), "Error"), "Message");
  }
  return message.find(phrase) != std::string::npos;
}

}  // namespace moretta::aws
