#pragma once

// ${NAME} and ${NAME:-default} in a configuration value, as sh reads them; $${ is a literal ${.

#include <string>
#include <string_view>
#include <vector>

#include "app/environment.hpp"

namespace moretta::app {

struct Interpolated {
  std::string text;
  std::vector<std::string> unset;      // names that are not set and have no default
  std::vector<std::string> malformed;  // what is wrong, never a value

  [[nodiscard]] bool ok() const { return unset.empty() && malformed.empty(); }
};

// A default stands in for a variable that is unset or empty. Defaults are literal: they hold no ${.
Interpolated interpolate(std::string_view raw, const Environment& environment);

}  // namespace moretta::app
