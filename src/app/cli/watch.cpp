#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"

namespace moretta::app {

void add_watch_commands(Commands& commands) {
  CLI::App& command = commands.add("top", "what a running moretta is doing, once a second");
  auto& options = commands.options<TopOptions>(command);
  command
      .add_option("ADDRESS", options.address,
                  "of status.listen in its configuration (default: 127.0.0.1:9464)")
      ->type_name("");
  command.add_flag_callback(
      "--once", [&options] { options.once = Once::yes; },
      "print it once; so it does where the output is no terminal");
  add_json(command, options.output, "one line of JSON, once");
  command.footer(
      "A stage is busy for the share of the lanes' time that it takes. Where one is marked, "
      "messages\ncome faster than it lets them go. NO_COLOR is respected.\n\n"
      "Example:\n  moretta top 127.0.0.1:9464");
}

}  // namespace moretta::app
