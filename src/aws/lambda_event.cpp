#include "aws/lambda_event.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/encoding.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

namespace json = simdjson::dom;

namespace {

constexpr std::string_view source_name = "aws:sqs";
constexpr std::size_t attributes_max = 64;  // SQS allows ten a message

using Fault = std::optional<std::string>;  // what is wrong with a member, without its value

Fault take_text(const json::element& value, std::string_view name, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    return fmt::format("`{}` is not a text", name);
  }
  out = text;
  // The parser's memory outlives the event.
  wipe(std::as_writable_bytes(std::span(const_cast<char*>(text.data()), text.size())));
  return {};
}

// Lambda writes them as texts; hand-made events have been seen with numbers.
Fault take_scalar(const json::element& value, std::string_view name, std::string& out) {
  if (value.is_int64() || value.is_uint64()) {
    out = simdjson::minify(value);
    return {};
  }
  return take_text(value, name, out);
}

Fault take_system_attributes(const json::element& value, SqsMessage& message) {
  json::object members;
  if (value.get(members) != simdjson::SUCCESS) {
    return "`attributes` is not an object";
  }
  for (const auto& [name, held] : members) {
    if (std::string* const to = system_attribute(message, name)) {
      if (auto fault = take_scalar(held, name, *to)) {
        return fault;
      }
    }
  }
  return {};
}

Fault take_attribute(const json::object& members, MessageAttribute& out) {
  for (const auto& [name, value] : members) {
    if (name == "dataType") {
      if (auto fault = take_text(value, name, out.type)) {
        return fault;
      }
    } else if (name == "stringValue" && !value.is_null()) {
      if (auto fault = take_text(value, name, out.value)) {
        return fault;
      }
    } else if (name == "binaryValue" && !value.is_null()) {
      std::string text;
      if (auto fault = take_text(value, name, text)) {
        return fault;
      }
      auto bytes = from_base64(text);
      wipe(text);
      if (!bytes) {
        return "`binaryValue` is not base64";
      }
      out.value = std::move(*bytes);
    }
  }
  return out.type.empty() ? Fault("`dataType` is missing") : Fault();
}

Fault take_attributes(const json::element& value, std::vector<MessageAttribute>& out) {
  json::object members;
  if (value.get(members) != simdjson::SUCCESS) {
    return "`messageAttributes` is not an object";
  }
  if (members.size() > attributes_max) {
    return fmt::format("`messageAttributes` has more than {} members", attributes_max);
  }
  for (const auto& [name, held] : members) {
    json::object parts;
    if (held.get(parts) != simdjson::SUCCESS) {
      return "a member of `messageAttributes` is not an object";
    }
    MessageAttribute& attribute = out.emplace_back();
    attribute.name = name;
    if (auto fault = take_attribute(parts, attribute)) {
      return "a member of `messageAttributes`: " + *fault;
    }
  }
  return {};
}

struct Reading {
  LambdaRecord record;
  std::string source;
  std::string queue_arn;
  bool has_body = false;
};

Fault take_member(std::string_view name, const json::element& value, Reading& out) {
  SqsMessage& message = out.record.message;
  if (name == "body") {
    out.has_body = true;
    return take_text(value, name, message.body);
  }
  if (name == "attributes") {
    return take_system_attributes(value, message);
  }
  if (name == "messageAttributes") {
    return take_attributes(value, out.record.attributes);
  }
  const std::pair<std::string_view, std::string*> texts[] = {{"messageId", &message.id},
                                                             {"receiptHandle", &message.receipt},
                                                             {"md5OfBody", &message.body_md5},
                                                             {"eventSource", &out.source},
                                                             {"eventSourceARN", &out.queue_arn}};
  for (const auto& [known, to] : texts) {
    if (name == known) {
      return take_text(value, name, *to);
    }
  }
  return {};
}

Fault what_is_missing(const Reading& reading) {
  if (reading.source != source_name) {
    return fmt::format("`eventSource` is not {}; connect a queue to this function", source_name);
  }
  // An item failure without an id would be no valid answer.
  if (reading.record.message.id.empty()) {
    return "`messageId` is missing or empty";
  }
  return reading.has_body ? Fault() : Fault("`body` is missing");
}

Fault take_record(const json::element& value, Reading& out) {
  json::object members;
  if (value.get(members) != simdjson::SUCCESS) {
    return "it is not an object";
  }
  for (const auto& [name, held] : members) {
    if (auto fault = take_member(name, held, out)) {
      return fault;
    }
  }
  return what_is_missing(out);
}

Result<LambdaEvent, std::string> take_event(const json::element& root) {
  json::array records;
  if (root["Records"].get(records) != simdjson::SUCCESS) {
    return Failure{std::string("it has no list `Records`; connect a queue to this function")};
  }
  if (records.size() > lambda_records_max) {
    return Failure{fmt::format("it has more than {} records", lambda_records_max)};
  }
  LambdaEvent event;
  event.records.reserve(records.size());
  for (const json::element& value : records) {
    Reading reading;
    if (auto fault = take_record(value, reading)) {
      wipe(reading.record.message.body);
      for (LambdaRecord& record : event.records) {
        wipe(record.message.body);
      }
      return Failure{fmt::format("record {}: {}", event.records.size(), *fault)};
    }
    if (event.records.empty()) {
      event.queue_arn = std::move(reading.queue_arn);
    }
    event.records.push_back(std::move(reading.record));
  }
  return event;
}

}  // namespace

struct LambdaEventReader::Parser {
  json::parser parser;
  std::string padded;  // the event, with the room behind it that the parser wants

  // Texts that were not taken are still there.
  void forget_texts() {
    const std::size_t unescaped_max = padded.size() * 5 / 3;  // as the parser plans its memory
    if (parser.doc.string_buf != nullptr) {
      wipe(std::as_writable_bytes(std::span(parser.doc.string_buf.get(), unescaped_max)));
    }
  }
};

LambdaEventReader::LambdaEventReader() : parser_(std::make_unique<Parser>()) {}
LambdaEventReader::~LambdaEventReader() = default;

Result<LambdaEvent, std::string> LambdaEventReader::read(std::string& event) {
  if (event.empty() || event.size() > lambda_event_bytes_max) {
    wipe(event);
    return Failure{fmt::format("it is empty or has more than {} bytes", lambda_event_bytes_max)};
  }
  std::string& padded = parser_->padded;
  padded.reserve(event.size() + simdjson::SIMDJSON_PADDING);
  padded = event;
  wipe(event);
  json::element root;
  const bool is_json = parser_->parser.parse(padded).get(root) == simdjson::SUCCESS;
  Result<LambdaEvent, std::string> result =
      is_json ? take_event(root) : Failure{std::string("it is not JSON")};
  if (!result) {
    parser_->forget_texts();
  }
  wipe(padded);
  return result;
}

}  // namespace moretta::aws
