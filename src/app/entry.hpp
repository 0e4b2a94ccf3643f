#pragma once

// From arguments to exit code: what main does, with a world of the caller's choice.

#include <string>
#include <vector>

#include "app/world.hpp"

namespace moretta::app {

// `arguments` without the program's name. Every error ends here as text and exit code.
int enter(const std::vector<std::string>& arguments, World& world);

}  // namespace moretta::app
