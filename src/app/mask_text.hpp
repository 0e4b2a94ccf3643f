#pragma once

// A mask as the configuration would have it, but from the command line:
// `{method: ff1, pattern: "###-##-####"}`.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "mask/policy.hpp"

namespace moretta::app {

// `domain` holds if the mask names none. Says what is wrong with the text.
Result<mask::Policy, std::string> parse_mask(const std::string& text, std::string_view domain);

}  // namespace moretta::app
