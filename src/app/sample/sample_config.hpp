#pragma once

// A commented configuration for events of which there is a sample.

#include <string>

#include "app/sample/sample.hpp"

namespace moretta::app {

// `key` is where the key is, as keys.secret has it. Nothing of a value of the sample is in the
// text.
std::string config_for(const Sample& sample, const std::string& table, const std::string& key);

}  // namespace moretta::app
