#include "devqueue/json_wire.hpp"

#include <simdjson.h>

#include "base/encoding.hpp"

namespace moretta::devqueue {

namespace {

namespace dom = simdjson::dom;

using Problem = std::optional<ApiError>;

ApiError malformed(std::string text) {
  return {&error::serialization, std::move(text)};
}

Problem read_text(dom::element value, std::optional<std::string>& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    return malformed("STRING_VALUE expected");
  }
  out = std::string(text);
  return {};
}

Problem read_number(dom::element value, std::optional<std::int64_t>& out) {
  std::int64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS) {
    return malformed("NUMBER_VALUE expected");
  }
  out = number;
  return {};
}

Problem read_texts(dom::element value, std::vector<std::string>& out) {
  dom::array texts;
  if (value.get(texts) != simdjson::SUCCESS) {
    return malformed("Start of list expected");
  }
  for (const dom::element element : texts) {
    std::optional<std::string> text;
    if (auto problem = read_text(element, text)) {
      return problem;
    }
    out.push_back(std::move(*text));
  }
  return {};
}

Problem read_map(dom::element value, Attributes& out) {
  dom::object members;
  if (value.get(members) != simdjson::SUCCESS) {
    return malformed("Start of structure or map expected");
  }
  for (const auto& [name, element] : members) {
    std::optional<std::string> text;
    if (auto problem = read_text(element, text)) {
      return problem;
    }
    out[std::string(name)] = std::move(*text);
  }
  return {};
}

Problem read_attribute(dom::object members, MessageAttribute& out) {
  for (const auto& [name, element] : members) {
    std::optional<std::string> text;
    if (name == "DataType" || name == "StringValue" || name == "BinaryValue") {
      if (auto problem = read_text(element, text)) {
        return problem;
      }
    }
    if (name == "DataType") {
      out.type = std::move(*text);
    } else if (name == "StringValue") {
      out.value = std::move(*text);
    } else if (name == "BinaryValue") {
      auto bytes = from_base64(*text);
      if (!bytes) {
        return malformed("BinaryValue is not base64");
      }
      out.value = std::move(*bytes);
    }
  }
  return {};
}

Problem read_attributes(dom::element value, MessageAttributes& out) {
  dom::object attributes;
  if (value.get(attributes) != simdjson::SUCCESS) {
    return malformed("Start of structure or map expected");
  }
  for (const auto& [name, element] : attributes) {
    dom::object members;
    if (element.get(members) != simdjson::SUCCESS) {
      return malformed("Start of structure or map expected");
    }
    MessageAttribute attribute;
    attribute.name = std::string(name);
    if (auto problem = read_attribute(members, attribute)) {
      return problem;
    }
    out.push_back(std::move(attribute));
  }
  return {};
}

Problem read_entry_member(std::string_view name, dom::element value, Entry& entry) {
  if (auto* text = text_member(entry, name)) {
    return read_text(value, *text);
  }
  if (auto* number = number_member(entry, name)) {
    return read_number(value, *number);
  }
  if (name == "MessageAttributes") {
    return read_attributes(value, entry.attributes);
  }
  if (name == "MessageSystemAttributes") {
    return read_attributes(value, entry.system_attributes);
  }
  return {};  // unknown members are ignored, as AWS does
}

Problem read_entries(dom::element value, std::vector<Entry>& out) {
  dom::array entries;
  if (value.get(entries) != simdjson::SUCCESS) {
    return malformed("Start of list expected");
  }
  out.reserve(entries.size());
  for (const dom::element element : entries) {
    dom::object members;
    if (element.get(members) != simdjson::SUCCESS) {
      return malformed("Start of structure or map expected");
    }
    Entry& entry = out.emplace_back();
    for (const auto& [name, member] : members) {
      std::optional<std::string> id;
      auto problem = name == "Id" ? read_text(member, id) : read_entry_member(name, member, entry);
      if (problem) {
        return problem;
      }
      if (id) {
        entry.id = std::move(*id);
      }
    }
  }
  return {};
}

Problem read_member(std::string_view name, dom::element value, Call& call) {
  if (value.is_null()) {
    return {};
  }
  if (auto* text = text_member(call, name)) {
    return read_text(value, *text);
  }
  if (auto* number = number_member(call, name)) {
    return read_number(value, *number);
  }
  if (name == "Entries") {
    return read_entries(value, call.entries);
  }
  if (name == "Attributes") {
    return read_map(value, call.attributes);
  }
  if (name == "AttributeNames" || name == "MessageSystemAttributeNames") {
    return read_texts(value, call.attribute_names);
  }
  if (name == "MessageAttributeNames") {
    return read_texts(value, call.message_attribute_names);
  }
  return read_entry_member(name, value, call.entry);
}

}  // namespace

struct JsonReader::Parser {
  dom::parser parser;
};

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {}
JsonReader::~JsonReader() = default;

Result<Call, ApiError> JsonReader::read(Operation operation, std::string_view body) {
  Call call;
  call.operation = operation;
  dom::object members;
  if (parser_->parser.parse(body.data(), body.size()).get(members) != simdjson::SUCCESS) {
    return Failure{malformed("the request body is not a JSON object")};
  }
  for (const auto& [name, value] : members) {
    if (auto problem = read_member(name, value, call)) {
      return Failure{std::move(*problem)};
    }
  }
  return call;
}

}  // namespace moretta::devqueue
