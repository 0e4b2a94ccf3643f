#include "app/masked_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/row_text.hpp"

namespace moretta::app {

namespace {

std::string kind_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return "NULL";
    case Value::Kind::text: {
      const auto characters = std::ranges::count_if(
          value.text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
      return fmt::format("text of {} character{}", characters, characters == 1 ? "" : "s");
    }
    case Value::Kind::integer:
      return "an integer";
    case Value::Kind::real:
      return "a number";
    case Value::Kind::boolean:
      return "true or false";
    case Value::Kind::date:
      return "a date";
    case Value::Kind::timestamp:
      return "a time";
  }
  return {};
}

}  // namespace

std::string masked_text(const Value& value, const Column& column, const mask::Policy& policy) {
  const bool is_clear = is_of_sender(column.origin) && policy.method == mask::Method::keep;
  return is_clear || value.is_null() ? kind_of(value) : plain_text(value);
}

}  // namespace moretta::app
