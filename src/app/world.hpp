#pragma once

// What a command may touch besides its options: main gives the real things, tests give their own.

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/environment.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"

namespace moretta::app {

struct Terminal {
  bool out = false;  // standard output is a terminal
  bool err = false;
  int columns = 80;
};

// Everything is borrowed and outlives the command.
struct World {
  Environment environment;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Clock& clock;
  Random& random;
  Terminal terminal;
  // Wipes a variable out of the process's environment once its secret has been read. Empty in tests
  // that bring their own environment.
  std::function<void(const std::string& name)> forget_variable = {};
};

}  // namespace moretta::app
