#pragma once

// Options that several commands share.

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/invocation.hpp"

namespace moretta::app {

using Names = std::vector<std::string>;

Names preset_names();

// A value out of `words`, which the help text already names.
CLI::Validator one_of(const Names& words);

// The words, if the option was given one_of(); else none.
Names choices_of(CLI::Option& option);

void add_config(CLI::App& command, Overrides& overrides);
void add_config_or_preset(CLI::App& command, Overrides& overrides);
void add_database(CLI::App& command, Overrides& overrides);
void add_queue(CLI::App& command, Overrides& overrides);
void add_lanes(CLI::App& command, Overrides& overrides);
void add_log(CLI::App& command, Overrides& overrides);
void add_json(CLI::App& command, Output& output, const std::string& purpose);

}  // namespace moretta::app
