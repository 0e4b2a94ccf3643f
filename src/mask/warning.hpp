#pragma once

// What an operator must know of a column whose tokens can be undone by guessing, or show more than
// equality.

#include <optional>
#include <string>
#include <string_view>

#include "mask/policy.hpp"

namespace moretta::mask {

// One sentence for the log at start and for `moretta check`, or nullopt if nobody without the key
// can guess, and tokens show equality only. How long guessing takes was measured on one core of our
// reference machine (docs/masking.md).
std::optional<std::string> guessing_warning(std::string_view column, const Policy& policy);

}  // namespace moretta::mask
