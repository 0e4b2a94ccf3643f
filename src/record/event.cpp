#include "record/event.hpp"

#include "base/ensure.hpp"
#include "base/secret.hpp"

namespace moretta {

Event::~Event() {
  wipe(arena_);
  // Numbers and dates are clear text too.
  wipe(std::as_writable_bytes(std::span(slots_)));
}

void Event::reset(std::size_t columns) {
  wipe(std::as_writable_bytes(std::span(arena_.data(), arena_.size())));
  arena_.clear();
  slots_.assign(columns, Slot{});
}

void Event::set_null(std::size_t column) {
  ENSURE(column < slots_.size());
  slots_[column] = Slot{};
}

void Event::set_text(std::size_t column, std::string_view text) {
  ENSURE(column < slots_.size());
  slots_[column] = {.value = {.kind = Value::Kind::text, .text = {}},
                    .offset = arena_.size(),
                    .length = text.size()};
  append_secret(arena_, text);
}

void Event::set(std::size_t column, Value::Kind kind, std::int64_t number) {
  ENSURE(column < slots_.size());
  slots_[column] = {.value = {.kind = kind, .text = {}, .integer = number}};
}

void Event::set_real(std::size_t column, double number) {
  ENSURE(column < slots_.size());
  slots_[column] = {.value = {.kind = Value::Kind::real, .text = {}, .real = number}};
}

}  // namespace moretta
