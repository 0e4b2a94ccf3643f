#pragma once

// The command line of moretta-unmask as plain values. unmask_options.cpp is the only file of this
// program that knows the command line library.

#include <string>
#include <variant>
#include <vector>

#include "app/cli/command_line.hpp"

namespace moretta::app {

enum class OnTerminal { refuse, print };  // --to-terminal

struct UnmaskOptions {
  std::string key = "env:SECRET_KEY";
  int key_id = 1;
  std::string reason;
  std::string domain;
  std::vector<std::string> tokens;  // empty: standard input, one a line
  std::string quarantined;          // a message id, instead of tokens; empty: none
  std::string database_url;         // empty: $DATABASE_URL
  std::string vault_table = "pii_vault";
  std::string quarantine_table = "moretta_quarantine";
  Output output = Output::people;
  OnTerminal on_terminal = OnTerminal::refuse;
};

// `arguments` without the program's name.
std::variant<UnmaskOptions, CliEnd> parse_unmask_line(const std::vector<std::string>& arguments);

}  // namespace moretta::app
