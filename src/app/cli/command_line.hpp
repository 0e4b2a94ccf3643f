#pragma once

// Command line -> Invocation. Only this folder knows the command line library.

#include <string>
#include <variant>
#include <vector>

#include "app/invocation.hpp"

namespace moretta::app {

// The line asks for help or the version, or is wrong: print and end.
struct CliEnd {
  int exit_code = 0;
  std::string out;  // for standard output
  std::string err{};
};

// `arguments` without the program's name.
std::variant<Invocation, CliEnd> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace moretta::app
