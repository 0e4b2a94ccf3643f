#pragma once

// moretta(1) in roff, made from the options themselves.

#include <string>
#include <vector>

#include "app/cli/command_tree.hpp"

namespace moretta::app {

std::string man_page(const std::vector<CommandFacts>& tree);

}  // namespace moretta::app
