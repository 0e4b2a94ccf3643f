#pragma once

// One typed value of an event or a row. Text is borrowed from whoever holds the value.

#include <cstdint>
#include <string_view>

namespace moretta {

struct Value {
  // text also carries what the server casts: numeric, uuid, inet, jsonb.
  // date: days since 1970-01-01. timestamptz: microseconds since 1970-01-01T00:00:00Z.
  enum class Kind : std::uint8_t { null, text, integer, real, boolean, date, timestamp };

  Kind kind = Kind::null;
  std::string_view text;
  std::int64_t integer = 0;  // also boolean (0, 1), date, timestamp
  double real = 0;

  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
};

}  // namespace moretta
