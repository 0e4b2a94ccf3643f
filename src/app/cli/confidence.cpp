#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"

namespace moretta::app {

namespace {

void add_test(Commands& commands) {
  CLI::App& command =
      commands.add("test", "run the tests that stand in the configuration; needs no key");
  auto& options = commands.options<TestOptions>(command);
  add_config_or_preset(command, options.overrides);
  add_json(command, options.output, "a line of JSON for each test, then a summary");
  command.footer("Example:\n  moretta test -c moretta.yaml");
}

void add_plan(Commands& commands) {
  CLI::App& command =
      commands.add("plan", "which rows another configuration would change; consumes nothing");
  auto& options = commands.options<PlanOptions>(command);
  command.add_option("FILE", options.files, "files of events, one JSON object a line; - is stdin")
      ->required()
      ->type_name("");
  add_config_or_preset(command, options.overrides);
  command.add_option("--against", options.against, "the configuration that is in use now")
      ->required()
      ->type_name("FILE");
  command.add_option("--examples", options.examples, "lines shown of each change (default: 3)")
      ->check(CLI::Range(0, 1000).description(""))
      ->type_name("N");
  add_json(command, options.output, "a line of JSON for each event that changes, then a summary");
  command.footer(
      "Needs no queue, no database and no key: both sides are masked under a key of tests. Values\n"
      "that are kept in clear are shown by their kind only. Exit code 3: some events that give a\n"
      "row now would give none.\n\n"
      "Example:\n  moretta plan --config new.yaml --against moretta.yaml events.jsonl");
}

}  // namespace

void add_confidence_commands(Commands& commands) {
  add_test(commands);
  add_plan(commands);
}

}  // namespace moretta::app
