#pragma once

// The command line as plain values, for what is made from it: completions and man pages.

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace moretta::app {

struct OptionFacts {
  std::vector<std::string> names;  // "-c", "--config"
  std::string value;               // "FILE"; empty: a flag
  std::string purpose;
  std::vector<std::string> choices;  // of the value, if there are only these
};

struct CommandFacts {
  std::vector<std::string> words;  // {"quarantine", "list"}
  std::string purpose;
  std::vector<OptionFacts> options;
  std::string argument;  // "FILE..."; empty: none
  std::string footer;
};

// The program first, then every command, each family before its own.
std::vector<CommandFacts> command_tree(CLI::App& app);

}  // namespace moretta::app
