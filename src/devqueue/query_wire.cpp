#include "devqueue/query_wire.hpp"

#include <charconv>
#include <map>

#include "base/encoding.hpp"
#include "base/take.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::size_t members_max = 2'000;  // ten entries of ten attributes need four hundred

using Problem = std::optional<ApiError>;

ApiError malformed(std::string text) {
  return {&error::serialization, std::move(text)};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const auto byte = from_hex(text.substr(i + 1, 2));
      if (!byte || byte->size() != 1) {
        return std::nullopt;
      }
      out += *byte;
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

// The part of a name up to the next dot, taken off its front.
std::string_view next_part(std::string_view& name) {
  const std::size_t dot = name.find('.');
  const std::string_view part = name.substr(0, dot);
  name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
  return part;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// Members numbered from 1, in the order of their numbers whatever order they come in.
template <typename Value>
using Numbered = std::map<std::int64_t, Value>;

struct NamedValue {
  std::string name;
  std::string value;
};

struct NumberedEntry {
  Entry entry;
  Numbered<MessageAttribute> attributes;
  Numbered<MessageAttribute> system_attributes;
};

// What is gathered while the form is read.
struct Gathered {
  NumberedEntry entry;
  Numbered<NumberedEntry> entries;
  Numbered<NamedValue> attributes;
  Numbered<std::string> attribute_names;
  Numbered<std::string> system_names;
  Numbered<std::string> message_attribute_names;
};

Problem read_attribute(std::string_view rest, const std::string& value,
                       Numbered<MessageAttribute>& out) {
  const auto number = whole_number(next_part(rest));
  if (!number) {
    return malformed("an attribute's name has no number");
  }
  MessageAttribute& attribute = out[*number];
  if (rest == "Name") {
    attribute.name = value;
  } else if (rest == "Value.DataType") {
    attribute.type = value;
  } else if (rest == "Value.StringValue") {
    attribute.value = value;
  } else if (rest == "Value.BinaryValue") {
    auto bytes = from_base64(value);
    if (!bytes) {
      return malformed("BinaryValue is not base64");
    }
    attribute.value = std::move(*bytes);
  }
  return {};
}

Problem read_entry_member(std::string_view name, const std::string& value, NumberedEntry& out) {
  if (auto* text = text_member(out.entry, name)) {
    *text = value;
    return {};
  }
  if (auto* number = number_member(out.entry, name)) {
    *number = whole_number(value);
    return *number ? Problem() : malformed(std::string(name) + " is not a number");
  }
  std::string_view rest = name;
  const std::string_view first = next_part(rest);
  if (first == "Id") {
    out.entry.id = value;
  } else if (first == "MessageAttribute") {
    return read_attribute(rest, value, out.attributes);
  } else if (first == "MessageSystemAttribute") {
    return read_attribute(rest, value, out.system_attributes);
  }
  return {};  // unknown members are ignored
}

Problem read_list_member(std::string_view name, const std::string& value, Gathered& out) {
  std::string_view rest = name;
  const std::string_view first = next_part(rest);
  const auto number = whole_number(next_part(rest));
  if (!number) {
    return read_entry_member(name, value, out.entry);
  }
  if (first == "AttributeName") {
    out.attribute_names[*number] = value;
  } else if (first == "MessageSystemAttributeName") {
    out.system_names[*number] = value;
  } else if (first == "MessageAttributeName") {
    out.message_attribute_names[*number] = value;
  } else if (first == "Attribute" && rest == "Name") {
    out.attributes[*number].name = value;
  } else if (first == "Attribute" && rest == "Value") {
    out.attributes[*number].value = value;
  } else if (first.ends_with("BatchRequestEntry")) {
    return read_entry_member(rest, value, out.entries[*number]);
  } else {
    return read_entry_member(name, value, out.entry);
  }
  return {};
}

Entry finished(NumberedEntry&& numbered) {
  Entry entry = std::move(numbered.entry);
  for (auto& [number, attribute] : numbered.attributes) {
    entry.attributes.push_back(std::move(attribute));
  }
  for (auto& [number, attribute] : numbered.system_attributes) {
    entry.system_attributes.push_back(std::move(attribute));
  }
  return entry;
}

void append_values(Numbered<std::string>&& numbered, std::vector<std::string>& out) {
  for (auto& [number, value] : numbered) {
    out.push_back(std::move(value));
  }
}

}  // namespace

Result<Form, ApiError> parse_form(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const std::string_view pair = take_until(text, '&');
    if (pair.empty()) {
      continue;
    }
    const std::size_t equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals));
    auto value = percent_decoded(equals == std::string_view::npos ? std::string_view()
                                                                  : pair.substr(equals + 1));
    if (!name || !value || form.size() == members_max) {
      return Failure{malformed("the request body is not a form this server can read")};
    }
    form.emplace_back(std::move(*name), std::move(*value));
  }
  return form;
}

std::string_view form_value(const Form& form, std::string_view name) {
  for (const auto& [known, value] : form) {
    if (known == name) {
      return value;
    }
  }
  return {};
}

Result<Call, ApiError> read_query(Operation operation, const Form& form) {
  Call call;
  call.operation = operation;
  Gathered gathered;
  for (const auto& [name, value] : form) {
    if (auto* text = text_member(call, name)) {
      *text = value;
      continue;
    }
    Problem problem;
    if (auto* number = number_member(call, name)) {
      *number = whole_number(value);
      problem = *number ? Problem() : malformed(name + " is not a number");
    } else {
      problem = read_list_member(name, value, gathered);
    }
    if (problem) {
      return Failure{std::move(*problem)};
    }
  }

  call.entry = finished(std::move(gathered.entry));
  for (auto& [number, entry] : gathered.entries) {
    call.entries.push_back(finished(std::move(entry)));
  }
  for (auto& [number, attribute] : gathered.attributes) {
    call.attributes[std::move(attribute.name)] = std::move(attribute.value);
  }
  append_values(std::move(gathered.attribute_names), call.attribute_names);
  append_values(std::move(gathered.system_names), call.attribute_names);
  append_values(std::move(gathered.message_attribute_names), call.message_attribute_names);
  return call;
}

}  // namespace moretta::devqueue
