#pragma once

// Whether a column can hold what its mask makes.

#include <optional>
#include <string>

#include "mask/policy.hpp"
#include "record/column.hpp"

namespace moretta::app {

struct Misfit {
  std::string_view key;  // of the column's entry that has to change: "type", "mask"
  std::string text;      // what is wrong, and what to write
};

// Nothing if it fits, as far as can be known before the first value: a token that is longer than
// its column rejects its message when it comes.
std::optional<Misfit> misfit(const Column& column, const mask::Policy& policy, int key_id);

}  // namespace moretta::app
