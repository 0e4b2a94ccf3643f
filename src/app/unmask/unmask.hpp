#pragma once

// The program moretta-unmask, with its world passed in.

#include <string>
#include <vector>

#include "app/world.hpp"

namespace moretta::app {

// The exit code. Catches everything that the program may throw.
int enter_unmask(const std::vector<std::string>& arguments, World& world);

}  // namespace moretta::app
