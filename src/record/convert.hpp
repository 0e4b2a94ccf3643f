#pragma once

// One JSON value -> one typed column value, or the reason why not. Strict: nothing is guessed, cut
// or rounded.
//
//   text, varchar(n)       string; n counts code points; no U+0000
//   smallint .. bigint     number written without fraction and exponent
//   double precision       number
//   numeric                number, or a string that is one; its digits are kept as written
//   boolean                true, false
//   date                   string YYYY-MM-DD
//   timestamptz            string of RFC 3339, with its offset
//   uuid                   string, 8-4-4-4-12 hex digits; no other spelling
//   inet                   string, IPv4 or IPv6 address with or without prefix length, no zone
//   jsonb                  any value but null, as written
//   major_version          string or number -> smallint, integer, bigint
//   date_utc               string of RFC 3339, or a number: milliseconds since 1970 -> date
//
// The shapes of uuid and inet are checked here although the server would do it too: one refused row
// costs a turn several round trips, a look at 36 characters nothing.

#include <cstdint>

#include "base/result.hpp"
#include "record/column.hpp"
#include "record/document.hpp"
#include "record/event.hpp"
#include "record/message.hpp"
#include "record/reject.hpp"

namespace moretta {

// Can values of this origin, so converted, be stored in a column of this type at all?
bool can_convert(Origin origin, Convert convert, ColumnType type);

// The least that a column of whole numbers holds. REQUIRED: smallint, integer or bigint.
std::int64_t integer_min(ColumnType type);

// Puts the value at event[index]. REQUIRED: can_convert; the value is neither absent nor null.
Result<Done, Reason> convert_json(const JsonValue& json, const Column& column, std::size_t index,
                                  Event& event);

// For columns that read the message, not its body. REQUIRED: can_convert.
Result<Done, Reason> convert_attribute(const Message& message, const Column& column,
                                       std::size_t index, Event& event);

}  // namespace moretta
