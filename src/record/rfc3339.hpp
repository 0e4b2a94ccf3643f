#pragma once

// Dates and times as text. A date is strict ISO 8601 (2024-02-29); a time is RFC 3339 with its
// offset, because a time without one is a guess. Years 0001 to 9999.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace moretta {

// "YYYY-MM-DD" of the Gregorian calendar as days since 1970-01-01.
std::optional<std::int64_t> days_of(std::string_view date);

// "YYYY-MM-DDThh:mm:ss[.fraction](Z|+hh:mm|-hh:mm)" as microseconds since 1970-01-01T00:00:00Z.
// T, Z may be lower case and T a space (RFC 3339 section 5.6). Up to nine digits of fraction; what
// is finer than a microsecond is cut off. A leap second, possible at 23:59:60 UTC only, is given as
// the last microsecond before midnight: Postgres has none, and so the date stays right.
std::optional<std::int64_t> micros_of(std::string_view time);

// The day in UTC, in days since 1970-01-01.
std::int64_t day_of_micros(std::int64_t micros);

std::int64_t micros_of(WallTime time);

}  // namespace moretta
