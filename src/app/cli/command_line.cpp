#include "app/cli/command_line.hpp"

#include <span>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli/commands.hpp"
#include "app/exit_code.hpp"
#include "app/problem.hpp"
#include "app/version.hpp"

namespace moretta::app {

namespace {

void build(CLI::App& app, Commands& commands) {
  app.set_version_flag("--version", version_line("moretta"));
  app.require_subcommand(1);
  app.get_formatter()->column_width(30);
  add_pipeline_commands(commands);
  add_setup_commands(commands);
  add_confidence_commands(commands);
  add_inspect_commands(commands);
  add_change_commands(commands);
  add_privacy_commands(commands);
  add_watch_commands(commands);
  add_keys_commands(commands);
  add_local_commands(commands);
  add_reference_commands(commands);
  app.footer(
      "`moretta COMMAND --help` has the options of each, with an example.\n"
      "Exit codes: 0 done; 1 failed; 3 done, with rejects; 64 wrong usage; 78 wrong "
      "configuration.");
}

bool is_word(std::string_view text) {
  constexpr std::size_t word_chars_max = 32;  // no command is as long
  return !text.empty() && text.size() <= word_chars_max &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

// A command of `app` is missing, or `word` is none of them.
std::string no_command(const CLI::App& app, std::string_view word) {
  std::vector<std::string_view> commands;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(command->get_name());
  }
  // Stray words are not repeated: one may be a URL with a password.
  if (!is_word(word)) {
    return fmt::format("name a command; allowed: {}", list_of(commands));
  }
  return fmt::format("there is no command `{}`; allowed: {}{}", word, list_of(commands),
                     suggestion(word, commands));
}

// The command that was named, or the family in which none was, and the way to it.
struct Named {
  const CLI::App* command;
  std::string path;
  std::size_t words = 0;  // of the arguments that lead here
};

Named named(const CLI::App& app) {
  Named found{.command = &app, .path = app.get_name()};
  while (!found.command->get_subcommands().empty()) {
    found.command = found.command->get_subcommands().front();
    found.path += " " + found.command->get_name();
    ++found.words;
  }
  return found;
}

// Of an option its name is repeated, of anything else nothing: it may be a URL with a password.
std::string no_argument(const CLI::App& command, std::span<const std::string> arguments) {
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name.starts_with("--") && is_word(std::string_view(name).substr(2)) &&
        command.get_option_no_throw(name) == nullptr) {
      std::vector<std::string> options;
      for (const CLI::Option* option : command.get_options()) {
        options.push_back("--" + option->get_single_name());
      }
      const std::vector<std::string_view> known(options.begin(), options.end());
      return fmt::format("there is no option `{}`{}", name, suggestion(name, known));
    }
  }
  return "there is an argument that this command does not take";
}

std::string what_is_wrong(const Named& named, const std::vector<std::string>& arguments,
                          const CLI::ParseError& error) {
  if (!named.command->get_subcommands({}).empty()) {
    const bool more = arguments.size() > named.words;
    return no_command(*named.command, more ? std::string_view(arguments[named.words]) : "");
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    return no_argument(*named.command, std::span(arguments).subspan(named.words));
  }
  std::string text = error.what();
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

CliEnd end_of(const CLI::App& app, const std::vector<std::string>& arguments,
              const CLI::ParseError& error) {
  CliEnd end;
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    std::ostringstream out;
    app.exit(error, out, out);
    end.out = out.str();
    return end;
  }
  const Named at = named(app);
  end.exit_code = exit_usage;
  end.err =
      fmt::format("moretta: {}\n  see `{} --help`\n", what_is_wrong(at, arguments, error), at.path);
  return end;
}

}  // namespace

std::variant<Invocation, CliEnd> parse_command_line(const std::vector<std::string>& arguments) {
  CLI::App app("moves JSON events from Amazon SQS into Postgres with personal data masked",
               "moretta");
  Commands commands(app);
  build(app, commands);
  try {
    std::vector<std::string> reversed(arguments.rbegin(),
                                      arguments.rend());  // as parse() wants them
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return end_of(app, arguments, error);
  }
  if (commands.printed()) {
    return CliEnd{.out = *commands.printed()};
  }
  return commands.take_chosen();
}

}  // namespace moretta::app
