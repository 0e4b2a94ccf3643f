#include "app/cli/completion.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace moretta::app {

namespace {

std::string path_of(const CommandFacts& command) {
  return fmt::format("{}", fmt::join(command.words, " "));
}

// The words that may follow: commands below, and options.
std::vector<std::string> followers(const std::vector<CommandFacts>& tree,
                                   const CommandFacts& command) {
  std::vector<std::string> words;
  for (const CommandFacts& other : tree) {
    if (other.words.size() == command.words.size() + 1 &&
        std::equal(command.words.begin(), command.words.end(), other.words.begin())) {
      words.push_back(other.words.back());
    }
  }
  for (const OptionFacts& option : command.options) {
    words.push_back(option.names.back());
  }
  return words;
}

bool takes_files(std::string_view value) {
  return value.starts_with("FILE");
}

// For text between single quotes, in any of the three.
std::string sh_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

// bash and zsh: the same walk along the line, with other words for the outcome.
struct Dialect {
  std::string_view head;
  std::string_view words;  // offers {}
  std::string_view files;
  std::string_view more_files;  // beside the words
  std::string_view nothing;
  std::string_view tail;
};

constexpr Dialect bash_dialect{
    .head =
        R"(# bash completion of moretta; put it where bash looks, or: source <(moretta completion bash)
_moretta() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path='' word
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
)",
    .words = R"(mapfile -t COMPREPLY < <(compgen -W "{}" -- "$current"))",
    .files = R"(mapfile -t COMPREPLY < <(compgen -f -- "$current"))",
    .more_files = R"(mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current"))",
    .nothing = ":",
    .tail = "complete -o filenames -F _moretta moretta\n"};

constexpr Dialect zsh_dialect{.head = R"(#compdef moretta
# zsh completion of moretta; put it as _moretta into a folder of $fpath
_moretta() {
  local before=${words[CURRENT-1]} word
  local line_path=''
  for word in "${(@)words[2,CURRENT-1]}"; do
)",
                              .words = "compadd -- {}",
                              .files = "_files",
                              .more_files = "_files",
                              .nothing = ":",
                              .tail = "compdef _moretta moretta\n"};

std::string walked_script(const std::vector<CommandFacts>& tree, const Dialect& dialect,
                          std::string_view path) {
  std::string script(dialect.head);
  std::vector<std::string> steps;
  for (const CommandFacts& command : tree) {
    if (!command.words.empty()) {
      const std::vector<std::string> outer(command.words.begin(), command.words.end() - 1);
      steps.push_back(fmt::format("'{} {}'", fmt::join(outer, " "), command.words.back()));
    }
  }
  script += fmt::format(
      "    case \"${0} $word\" in\n      {1}) {0}=\"${{{0}:+${0} }}$word\" ;;\n"
      "      ' '[!-]*) return ;;\n    esac\n  done\n  case \"${0}:$before\" in\n",
      path, fmt::join(steps, "|"));
  for (const CommandFacts& command : tree) {
    for (const OptionFacts& option : command.options) {
      if (option.value.empty()) {
        continue;
      }
      std::vector<std::string> places;
      for (const std::string& name : option.names) {
        places.push_back(fmt::format("'{}:{}'", path_of(command), name));
      }
      const std::string offer =
          !option.choices.empty()
              ? fmt::format(fmt::runtime(dialect.words), fmt::join(option.choices, " "))
              : std::string(takes_files(option.value) ? dialect.files : dialect.nothing);
      script += fmt::format("    {}) {}; return ;;\n", fmt::join(places, "|"), offer);
    }
  }
  script += fmt::format("  esac\n  case \"${}\" in\n", path);
  for (const CommandFacts& command : tree) {
    script += fmt::format(
        "    '{}') {}{} ;;\n", path_of(command),
        fmt::format(fmt::runtime(dialect.words), fmt::join(followers(tree, command), " ")),
        takes_files(command.argument) ? fmt::format("; {}", dialect.more_files) : "");
  }
  return script + "  esac\n}\n" + std::string(dialect.tail);
}

// True where `command` has been named, and nothing below it.
std::string fish_condition(const std::vector<CommandFacts>& tree, const CommandFacts& command) {
  if (command.words.empty()) {
    return "__fish_use_subcommand";
  }
  std::vector<std::string> parts;
  for (const std::string& word : command.words) {
    parts.push_back("__fish_seen_subcommand_from " + word);
  }
  std::string condition = fmt::format("{}", fmt::join(parts, "; and "));
  std::vector<std::string> below;
  for (const CommandFacts& other : tree) {
    if (other.words.size() > command.words.size() &&
        std::equal(command.words.begin(), command.words.end(), other.words.begin())) {
      below.push_back(other.words.back());
    }
  }
  if (!below.empty()) {
    condition += fmt::format("; and not __fish_seen_subcommand_from {}", fmt::join(below, " "));
  }
  return condition;
}

std::string fish_option(const OptionFacts& option, const std::string& condition) {
  std::string line = fmt::format("complete -c moretta -n {}", sh_quoted(condition));
  for (const std::string& name : option.names) {
    const bool is_long = name.starts_with("--");
    line += fmt::format(" -{} {}", is_long ? 'l' : 's', name.substr(is_long ? 2 : 1));
  }
  if (!option.value.empty()) {
    line += " -r";
    if (!option.choices.empty()) {
      line +=
          fmt::format(" -f -a {}", sh_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
    } else {
      line += takes_files(option.value) ? " -F" : " -f";
    }
  }
  return line + fmt::format(" -d {}\n", sh_quoted(option.purpose));
}

std::string fish_script(const std::vector<CommandFacts>& tree) {
  std::string script =
      "# fish completion of moretta: moretta completion fish > "
      "~/.config/fish/completions/moretta.fish\ncomplete -c moretta -f\n";
  for (const CommandFacts& command : tree) {
    if (!command.words.empty()) {
      CommandFacts outer;
      outer.words.assign(command.words.begin(), command.words.end() - 1);
      script += fmt::format("complete -c moretta -n {} -a {} -d {}\n",
                            sh_quoted(fish_condition(tree, outer)), command.words.back(),
                            sh_quoted(command.purpose));
    }
    const std::string condition = fish_condition(tree, command);
    for (const OptionFacts& option : command.options) {
      script += fish_option(option, condition);
    }
    if (takes_files(command.argument)) {
      script += fmt::format("complete -c moretta -n {} -F\n", sh_quoted(condition));
    }
  }
  return script;
}

}  // namespace

std::string completion_script(const std::vector<CommandFacts>& tree, Shell shell) {
  switch (shell) {
    case Shell::bash:
      return walked_script(tree, bash_dialect, "path");
    case Shell::zsh:
      return walked_script(tree, zsh_dialect, "line_path");
    case Shell::fish:
      return fish_script(tree);
  }
  return {};
}

}  // namespace moretta::app
