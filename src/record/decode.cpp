#include "record/decode.hpp"

#include <utility>

#include "base/ensure.hpp"
#include "record/convert.hpp"
#include "record/json_token.hpp"

namespace moretta {

namespace {

constexpr int varchar_width_max = 10'485'760;  // Postgres' own limit

std::optional<std::string> pointer_fault(const Column& column) {
  if (column.origin != Origin::body || pointer_tokens(column.pointer)) {
    return std::nullopt;
  }
  return "the pointer is not one of RFC 6901: it starts with '/', and '~' is written '~0'";
}

std::optional<std::string> width_fault(const Column& column) {
  if (!column.width) {
    return std::nullopt;
  }
  if (column.type != ColumnType::varchar) {
    return "only varchar takes a width";
  }
  if (*column.width < 1 || *column.width > varchar_width_max) {
    return "the width of varchar goes from 1 to " + std::to_string(varchar_width_max);
  }
  return std::nullopt;
}

Failure<Reject> whole_body(Reason reason) {
  return {Reject{.reason = reason, .column = {}, .pointer = {}, .sqlstate = {}}};
}

// The group or an attribute, as if it stood in the body.
JsonValue sent_beside(const Message& message, const Column& column) {
  if (column.origin == Origin::group_id) {
    if (message.group_id.empty()) {
      return {};
    }
    return {.kind = JsonValue::Kind::string,
            .source = message.group_id,
            .text = message.group_id,
            .holds_nul = false};
  }
  for (const MessageAttribute& attribute : message.attributes) {
    if (attribute.name == column.pointer && !attribute.type.starts_with("Binary")) {
      const bool is_number =
          attribute.type.starts_with("Number") && is_json_number(attribute.value);
      return {.kind = is_number ? JsonValue::Kind::number : JsonValue::Kind::string,
              .source = attribute.value,
              .text = attribute.value,
              .holds_nul = attribute.value.find('\0') != std::string::npos};
    }
  }
  return {};
}

// REQUIRED: no other fault.
std::optional<std::string> default_fault(const Column& column) {
  if (!column.default_text) {
    return std::nullopt;
  }
  if (!is_of_sender(column.origin)) {
    return "a default is for columns that read what was sent; this one always has a value";
  }
  const PointerTree whole{Mapping{}};
  Document document(whole);
  if (column.default_text->size() > body_bytes_max || !document.read(*column.default_text)) {
    return "the default is not JSON; a text goes in double quotes";
  }
  const JsonValue value = document.at(PointerTree::root);
  if (value.kind == JsonValue::Kind::null) {
    return column.nullable ? std::nullopt
                           : std::optional<std::string>(
                                 "the default is null, the column is not "
                                 "nullable");
  }
  Event event;
  event.reset(1);
  if (const auto done = convert_json(value, column, 0, event); !done) {
    return "the default does not fit " + declared_type(column) + ": " +
           std::string(reason_code(done.error()));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> fault_of(const Column& column) {
  if (auto fault = pointer_fault(column)) {
    return fault;
  }
  if (!can_convert(column.origin, column.convert, column.type)) {
    return "this origin with convert " + std::string(convert_name(column.convert)) +
           " does not give values of type " + std::string(type_name(column.type));
  }
  if (auto fault = width_fault(column)) {
    return fault;
  }
  return default_fault(column);
}

// The JSON of a default, read once.
struct Decoder::Default {
  JsonValue shape;
  std::string source;
  std::string text;

  [[nodiscard]] JsonValue value() const {
    JsonValue value = shape;
    value.source = source;
    value.text = text;
    return value;
  }
};

Decoder::Decoder(Mapping mapping, std::size_t bytes_max)
    : mapping_(std::move(mapping)),
      bytes_max_(bytes_max),
      tree_(mapping_),
      document_(tree_),
      defaults_(mapping_.size()) {
  for (std::size_t column = 0; column < mapping_.size(); ++column) {
    ENSURE(!fault_of(mapping_[column]));
    if (!mapping_[column].default_text) {
      continue;
    }
    const PointerTree whole{Mapping{}};
    Document document(whole);
    ENSURE(document.read(*mapping_[column].default_text));
    const JsonValue value = document.at(PointerTree::root);
    defaults_[column] = {
        .shape = value, .source = std::string(value.source), .text = std::string(value.text)};
  }
}

Decoder::~Decoder() = default;

Result<Done, Reject> Decoder::decode(const Message& message, const std::string& body,
                                     Event& event) {
  event.reset(mapping_.size());
  if (body.size() > bytes_max_) {
    return whole_body(Reason::body_too_large);
  }
  // Cleared on every way out.
  struct Clearing {
    Document& document;
    ~Clearing() { document.clear(); }
  } const clearing{document_};
  if (!document_.read(body)) {
    return whole_body(Reason::invalid_json);
  }
  if (document_.at(PointerTree::root).kind != JsonValue::Kind::object) {
    return whole_body(Reason::not_an_object);
  }
  if (const std::optional<std::size_t> node = document_.doubled()) {
    Reject twice = reject(Reason::duplicate_key, tree_[*node].first_column);
    twice.pointer = tree_[*node].pointer;
    return Failure{std::move(twice)};
  }
  for (std::size_t column = 0; column < mapping_.size(); ++column) {
    const Origin origin = mapping_[column].origin;
    if (!is_of_sender(origin)) {
      const auto done = convert_attribute(message, mapping_[column], column, event);
      if (!done) {
        return Failure{reject(done.error(), column)};
      }
      continue;
    }
    auto rejected = origin == Origin::body
                        ? read_column(column, document_.at(tree_.node_of(column)), event)
                        : read_column(column, sent_beside(message, mapping_[column]), event);
    if (rejected) {
      return Failure{std::move(*rejected)};
    }
  }
  return Done{};
}

Reject Decoder::reject(Reason reason, std::size_t column) const {
  return {.reason = reason,
          .column = mapping_[column].name,
          .pointer = mapping_[column].origin == Origin::body ? mapping_[column].pointer : "",
          .sqlstate = {}};
}

std::optional<Reject> Decoder::blocked_way(std::size_t column) const {
  std::size_t node = tree_.node_of(column);
  while (node != PointerTree::root && document_.at(node).kind == JsonValue::Kind::absent) {
    const std::size_t parent = tree_[node].parent;
    const JsonValue above = document_.at(parent);
    const bool is_blocked = above.kind == JsonValue::Kind::array ? !tree_[node].index
                                                                 : above.is_value_without_members();
    if (is_blocked) {
      Reject blocked = reject(Reason::wrong_type, column);
      blocked.pointer = tree_[parent].pointer;
      return blocked;
    }
    node = parent;
  }
  return std::nullopt;
}

std::optional<Reject> Decoder::read_column(std::size_t index, const JsonValue& found,
                                           Event& event) const {
  const Column& column = mapping_[index];
  if (found.kind != JsonValue::Kind::absent && found.kind != JsonValue::Kind::null) {
    return convert(found, index, event);
  }
  const bool is_absent = found.kind == JsonValue::Kind::absent;
  if (is_absent && column.origin == Origin::body) {
    if (auto blocked = blocked_way(index)) {
      return blocked;
    }
  }
  if (column.default_text) {
    return convert(defaults_[index].value(), index, event);
  }
  if (!column.nullable || (is_absent && column.required)) {
    return reject(is_absent ? Reason::missing_key : Reason::null_value, index);
  }
  event.set_null(index);
  return std::nullopt;
}

std::optional<Reject> Decoder::convert(const JsonValue& value, std::size_t index,
                                       Event& event) const {
  if (value.kind == JsonValue::Kind::null) {
    event.set_null(index);
    return std::nullopt;
  }
  if (const auto done = convert_json(value, mapping_[index], index, event); !done) {
    return reject(done.error(), index);
  }
  return std::nullopt;
}

}  // namespace moretta
