#pragma once

// The command line of moretta-unmask -> UnmaskInvocation. Only this folder knows the command line
// library.

#include <string>
#include <variant>
#include <vector>

#include "app/cli/command_line.hpp"
#include "app/unmask/invocation.hpp"

namespace moretta::app {

// `arguments` without the program's name.
std::variant<UnmaskInvocation, CliEnd> parse_unmask_line(const std::vector<std::string>& arguments);

}  // namespace moretta::app
