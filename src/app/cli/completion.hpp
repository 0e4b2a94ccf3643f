#pragma once

// What a shell needs to complete the command line, made from the options themselves.

#include <string>
#include <vector>

#include "app/cli/command_tree.hpp"

namespace moretta::app {

enum class Shell { bash, zsh, fish };

std::string completion_script(const std::vector<CommandFacts>& tree, Shell shell);

}  // namespace moretta::app
