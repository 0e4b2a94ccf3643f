#pragma once

// Another program run to its end, with what it printed.

#include <string>
#include <utility>
#include <vector>

namespace moretta::app {

struct SubprocessResult {
  int exit_code = 0;  // 128 + signal if one ended it
  std::string out;
  std::string err;
};

// Variables are added to our own environment. Output past 1 MiB is cut. Throws Refused if the
// program cannot be started.
SubprocessResult run_program(const std::vector<std::string>& command,
                             const std::vector<std::pair<std::string, std::string>>& variables);

// A program that was installed beside ours.
std::string program_beside_us(const std::string& name);

}  // namespace moretta::app
