#include "record/envelope.hpp"

namespace moretta {

namespace {

Column place(const char* pointer) {
  Column column;
  column.pointer = pointer;
  return column;
}

Failure<Reject> whole(Reason reason) {
  Reject reject;
  reject.reason = reason;
  return {std::move(reject)};
}

// The event's place first; then what has to hold a certain text, if there is anything.
Mapping places_of(Envelope envelope) {
  switch (envelope) {
    case Envelope::none:
      return {};
    case Envelope::sns:
      return {place("/Message"), place("/Type")};
    case Envelope::eventbridge:
      return {place("/detail")};
  }
  return {};
}

}  // namespace

Unwrapper::Unwrapper(Envelope envelope, std::size_t bytes_max)
    : envelope_(envelope),
      bytes_max_(bytes_max),
      places_(places_of(envelope)),
      tree_(places_),
      document_(tree_) {}

Failure<Reject> Unwrapper::reject(Reason reason, std::size_t column) const {
  Reject reject;
  reject.reason = reason;
  reject.pointer = places_[column].pointer;
  return {std::move(reject)};
}

Result<const std::string*, Reject> Unwrapper::unwrap(const std::string& body) {
  if (envelope_ == Envelope::none) {
    return &body;
  }
  clear();
  if (body.size() > bytes_max_) {
    return whole(Reason::body_too_large);
  }
  struct Clearing {
    Document& document;
    ~Clearing() { document.clear(); }
  } const clearing{document_};
  if (!document_.read(body)) {
    return whole(Reason::invalid_json);
  }
  if (document_.at(PointerTree::root).kind != JsonValue::Kind::object) {
    return whole(Reason::not_an_object);
  }
  if (const auto node = document_.doubled()) {
    return reject(Reason::duplicate_key, tree_[*node].first_column);
  }
  constexpr std::size_t event = 0;
  const JsonValue& found = document_.at(tree_.node_of(event));
  if (envelope_ == Envelope::sns) {
    constexpr std::size_t type = 1;
    const JsonValue& kind = document_.at(tree_.node_of(type));
    if (kind.kind != JsonValue::Kind::string || kind.text != "Notification") {
      return reject(Reason::bad_envelope, type);
    }
    if (found.kind != JsonValue::Kind::string) {
      return reject(Reason::bad_envelope, event);
    }
    append_secret(event_, found.text);
    return &event_;
  }
  if (found.kind != JsonValue::Kind::object) {
    return reject(Reason::bad_envelope, event);
  }
  append_secret(event_, found.source);
  return &event_;
}

}  // namespace moretta
