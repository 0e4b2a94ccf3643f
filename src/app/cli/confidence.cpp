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

}  // namespace

void add_confidence_commands(Commands& commands) {
  add_test(commands);
}

}  // namespace moretta::app
