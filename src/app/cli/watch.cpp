#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"

namespace moretta::app {

namespace {

void add_address(CLI::App& command, std::string& address) {
  command
      .add_option("ADDRESS", address,
                  "of status.listen in its configuration (default: 127.0.0.1:9464)")
      ->type_name("");
}

void add_top(Commands& commands) {
  CLI::App& command = commands.add("top", "what a running moretta is doing, once a second");
  auto& options = commands.options<TopOptions>(command);
  add_address(command, options.address);
  command.add_flag_callback(
      "--once", [&options] { options.once = Once::yes; },
      "print it once; so it does where the output is no terminal");
  add_json(command, options.output, "one line of JSON, once");
  command.footer(
      "A stage is busy for the share of the lanes' time that it takes. Where one is marked, "
      "messages\ncome faster than it lets them go. NO_COLOR is respected.\n\n"
      "Example:\n  moretta top 127.0.0.1:9464");
}

void add_tap(Commands& commands) {
  CLI::App& command =
      commands.add("tap", "a sample of the masked rows and rejects that pass through a run");
  auto& options = commands.options<TapOptions>(command);
  add_address(command, options.address);
  command
      .add_option_function<std::string>(
          "--only",
          [&options](const std::string& what) {
            options.passing = what == "rows" ? Passing::rows : Passing::rejects;
          },
          "rows, rejects (default: both)")
      ->check(one_of(Names{"rows", "rejects"}))
      ->type_name("WHAT");
  command.add_option("--limit", options.limit, "end after so many (default: go on until stopped)")
      ->check(CLI::Range(1, 1'000'000).description(""))
      ->type_name("N");
  command.add_option("--for", options.seconds, "end after so long (default: go on until stopped)")
      ->check(CLI::Range(1, 86'400).description(""))
      ->type_name("SECONDS");
  add_json(command, options.output, "a line of JSON for each");
  command.footer(
      "Never clear text: a column with `mask: keep` shows the kind and length of its value. At "
      "most\nfive rows of a turn and 100 a second are taken; what is not seen was stored all the "
      "same. Only\nwhere status.listen is an address of the machine itself.\n\n"
      "Example:\n  moretta tap --only rejects --limit 20");
}

}  // namespace

void add_watch_commands(Commands& commands) {
  add_top(commands);
  add_tap(commands);
}

}  // namespace moretta::app
