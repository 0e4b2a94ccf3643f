#include <fmt/format.h>

#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"
#include "app/cli/completion.hpp"
#include "app/cli/man_page.hpp"

namespace moretta::app {

namespace {

struct ShellName {
  const char* name;
  Shell shell;
};

constexpr ShellName shells[] = {{"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}};

void add_completion(Commands& commands) {
  CLI::App& family =
      commands.add_family("completion", "print what a shell needs to complete the command line");
  for (const auto& [name, shell] : shells) {
    CLI::App& command = commands.add(family, name, fmt::format("for {}", name));
    commands.print(command, [shell = shell](CLI::App& app) {
      return completion_script(command_tree(app), shell);
    });
  }
  family.footer("Example:\n  source <(moretta completion bash)");
}

void add_man(Commands& commands) {
  CLI::App& command = commands.add("man", "print the manual page, in roff");
  commands.print(command, [](CLI::App& app) { return man_page(command_tree(app)); });
  command.footer("Example:\n  moretta man | man -l -");
}

}  // namespace

void add_reference_commands(Commands& commands) {
  add_completion(commands);
  add_man(commands);
}

}  // namespace moretta::app
