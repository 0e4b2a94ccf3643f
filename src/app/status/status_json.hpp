#pragma once

// What /api/status, /api/history and /api/config say: the data of the page and of `moretta top`.

#include <span>
#include <string>
#include <string_view>

#include "app/status/observer.hpp"
#include "core/tap.hpp"

namespace moretta::app {

std::string status_json(const JobFacts& facts, const Readings& readings, const Flow& flow);

// Columns of numbers, so that an hour is small: {"t":[…],"rate":[…],…}; t in ms since 1970.
std::string history_json(std::span<const Moment> moments);

// What was taken of the rows and rejects that pass, each rendered as JSON.
std::string tap_json(std::span<const TapItem> items);

// The first paragraph of what docs/reasons.md says to do about a reason; empty if it is unknown.
std::string_view advice_for(std::string_view reason);

}  // namespace moretta::app
