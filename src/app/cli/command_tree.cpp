#include "app/cli/command_tree.hpp"

#include <fmt/format.h>

#include "app/cli/common_options.hpp"

namespace moretta::app {

namespace {

OptionFacts facts_of(CLI::Option& option) {
  OptionFacts facts;
  for (const std::string& name : option.get_snames()) {
    facts.names.push_back("-" + name);
  }
  for (const std::string& name : option.get_lnames()) {
    facts.names.push_back("--" + name);
  }
  facts.value = option.get_items_expected_max() > 0 ? option.get_type_name() : "";
  facts.purpose = option.get_description();
  facts.choices = choices_of(option);
  return facts;
}

std::string argument_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return fmt::format("{}{}", type.empty() ? option.get_name(true) : type,
                     option.get_expected_max() > 1 ? "..." : "");
}

void walk(CLI::App& app, const std::vector<std::string>& words, std::vector<CommandFacts>& tree) {
  CommandFacts facts{.words = words,
                     .purpose = app.get_description(),
                     .options = {},
                     .argument = {},
                     .footer = app.get_footer()};
  for (CLI::Option* option : app.get_options({})) {
    if (option->get_positional()) {
      facts.argument = argument_of(*option);
    } else {
      facts.options.push_back(facts_of(*option));
    }
  }
  tree.push_back(std::move(facts));
  for (CLI::App* command : app.get_subcommands({})) {
    std::vector<std::string> below = words;
    below.push_back(command->get_name());
    walk(*command, below, tree);
  }
}

}  // namespace

std::vector<CommandFacts> command_tree(CLI::App& app) {
  std::vector<CommandFacts> tree;
  walk(app, {}, tree);
  return tree;
}

}  // namespace moretta::app
