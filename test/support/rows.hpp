#pragma once

// Rows for tests of a sink, made the only way there is: an event through a Masker, here one that
// keeps everything as it is.

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "core/ports.hpp"
#include "mask/masker.hpp"
#include "record/event.hpp"

namespace moretta::test {

inline WallTime noon() {
  return WallTime{Millis{1'700'049'600'000}};
}  // 2023-11-15T12:00:00Z

// The key of the n-th message, a millisecond after the one before.
inline LedgerKey key_of(int number, WallTime start = noon()) {
  char id[37];
  std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012x", static_cast<unsigned>(number));
  Message message;
  message.id = id;
  message.sent_at = start + Millis{number};
  return ledger_key(message);
}

class RowMaker {
 public:
  explicit RowMaker(Mapping mapping)
      : mapping_(std::move(mapping)),
        masker_(mapping_, std::vector<mask::Policy>(mapping_.size(), kept()), nullptr) {}
  RowMaker(Mapping mapping, const std::vector<mask::Policy>& policies, const mask::MasterKey& key)
      : mapping_(std::move(mapping)), masker_(mapping_, policies, &key) {}

  // Columns without a value are null.
  Row row(const std::vector<Value>& values) {
    event_.reset(mapping_.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      set(i, values[i]);
    }
    auto masked = masker_.mask(event_);
    ENSURE(masked.ok());
    return std::move(masked).value();
  }

  [[nodiscard]] const Mapping& mapping() const { return mapping_; }

 private:
  static mask::Policy kept() {
    mask::Policy policy;
    policy.method = mask::Method::keep;
    return policy;
  }

  void set(std::size_t column, const Value& value) {
    switch (value.kind) {
      case Value::Kind::null:
        event_.set_null(column);
        return;
      case Value::Kind::text:
        event_.set_text(column, value.text);
        return;
      case Value::Kind::real:
        event_.set_real(column, value.real);
        return;
      default:
        event_.set(column, value.kind, value.integer);
    }
  }

  Mapping mapping_;
  mask::Masker masker_;
  Event event_;
};

inline Value text(std::string_view chars) {
  return {.kind = Value::Kind::text, .text = chars};
}
inline Value number(std::int64_t n) {
  return {.kind = Value::Kind::integer, .text = {}, .integer = n};
}
inline Value real(double n) {
  return {.kind = Value::Kind::real, .text = {}, .integer = 0, .real = n};
}
inline Value boolean(bool b) {
  return {.kind = Value::Kind::boolean, .text = {}, .integer = b ? 1 : 0};
}
inline Value date(std::int64_t days) {
  return {.kind = Value::Kind::date, .text = {}, .integer = days};
}
inline Value timestamp(std::int64_t micros) {
  return {.kind = Value::Kind::timestamp, .text = {}, .integer = micros};
}
inline Value null() {
  return {};
}

}  // namespace moretta::test
