#pragma once

// The process environment as a function, so that tests bring their own. environment.cpp is the only
// file that asks the operating system.

#include <functional>
#include <optional>
#include <string>

namespace moretta::app {

// The value of a variable, or nullopt if it is not set. An empty value is a value.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

// Overwrites the value where the system shows it (/proc/PID/environ), then takes the variable out.
// REQUIRED: no other thread that looks at
// the environment.
void forget_variable(const std::string& name);

}  // namespace moretta::app
