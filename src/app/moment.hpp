#pragma once

// Points in time as people write them on the command line.

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace moretta::app {

inline constexpr std::string_view moment_forms =
    "2026-01-31, 2026-01-31T23:59:59Z, or how long ago: 30m, 12h, 7d";

// One of those forms, in UTC; nullopt for anything else.
std::optional<WallTime> parse_moment(std::string_view text, WallTime now);

}  // namespace moretta::app
