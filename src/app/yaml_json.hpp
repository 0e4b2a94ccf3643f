#pragma once

// A piece of YAML as JSON text, so that a message can be written in a configuration either way.

#include <string>

#include <yaml-cpp/yaml.h>

#include "base/result.hpp"

namespace moretta::app {

inline constexpr int yaml_depth_max = 64;  // the decoder takes no deeper message either

// What is in quotes is a string. What is not, is null, true, false or a number if JSON would read
// it so, and else a string: 2.3.0 is one, 2.3 is a number. The failure says what cannot be JSON.
Result<std::string, std::string> json_of(const YAML::Node& node);

// True for a plain scalar that means nothing: null, ~, or no text at all.
bool is_yaml_null(const YAML::Node& node);

}  // namespace moretta::app
