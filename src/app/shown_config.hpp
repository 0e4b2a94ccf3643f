#pragma once

// The configuration as anybody may see it: every setting that matters, and no secret.

#include <string>

#include "app/config.hpp"

namespace moretta::app {

// {"settings":[{"name":…,"value":…},…],"columns":[{"name":…,"from":…,"type":…,"mask":…},…]}
std::string shown_config_json(const Config& config);

}  // namespace moretta::app
