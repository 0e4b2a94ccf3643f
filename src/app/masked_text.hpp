#pragma once

// Values of rows for people who may not see what is kept in clear: tokens as they are, and of
// anything else its kind and length.

#include <string>

#include "mask/policy.hpp"
#include "record/column.hpp"
#include "record/value.hpp"

namespace moretta::app {

// NULL; a masked value, or one that does not come from the sender; "text of 36 characters", "an
// integer".
std::string masked_text(const Value& value, const Column& column, const mask::Policy& policy);

}  // namespace moretta::app
