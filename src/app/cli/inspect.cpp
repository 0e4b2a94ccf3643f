#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"
#include "app/moment.hpp"

namespace moretta::app {

namespace {

void add_filter(CLI::App& command, QuarantineChoice& choice) {
  command.add_option("--reason", choice.reason, "only this reason, such as missing_key")
      ->type_name("CODE");
  command.add_option("--column", choice.column, "only what this column was at fault for")
      ->type_name("NAME");
  command.add_option("--from", choice.from, "quarantined since then: " + std::string(moment_forms))
      ->type_name("WHEN");
  command.add_option("--before", choice.before, "quarantined before then")->type_name("WHEN");
}

void add_list(Commands& commands, CLI::App& family) {
  CLI::App& command = commands.add(family, "list", "which messages, and why; newest first");
  auto& options = commands.options<QuarantineListOptions>(command);
  add_config(command, options.overrides);
  add_database(command, options.overrides);
  add_filter(command, options.choice);
  command.add_option("--limit", options.limit, "at most so many (default: 100)")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  add_json(command, options.output, "one line of JSON a message");
  command.footer("Example:\n  moretta quarantine list --reason missing_key --from 24h");
}

void add_show(Commands& commands, CLI::App& family) {
  CLI::App& command = commands.add(family, "show", "all that is known of one message");
  auto& options = commands.options<QuarantineShowOptions>(command);
  add_config(command, options.overrides);
  add_database(command, options.overrides);
  command.add_option("message", options.message_id, "the message id")
      ->required()
      ->type_name("MESSAGE_ID");
  add_json(command, options.output, "one line of JSON");
  command.footer(
      "The body stays sealed; moretta-unmask opens it for those who hold the key.\n\n"
      "Example:\n  moretta quarantine show 01f3b2b0-6f0c-4a0e-9c5b-0f9a4f6c2f11");
}

void add_purge(Commands& commands, CLI::App& family) {
  CLI::App& command =
      commands.add(family, "purge", "delete what is dealt with, sealed bodies included");
  auto& options = commands.options<QuarantinePurgeOptions>(command);
  add_config(command, options.overrides);
  add_database(command, options.overrides);
  add_filter(command, options.choice);
  command.add_flag_callback(
      "--yes", [&options] { options.confirm = Confirm::yes; },
      "do it; without it, only say how many");
  command.footer(
      "A purged message that the queue delivers again is still a duplicate: the ledger keeps its "
      "id.\n\n"
      "Example:\n  moretta quarantine purge --before 90d --yes");
}

void add_quarantine(Commands& commands) {
  CLI::App& family = commands.add_family("quarantine", "work with the messages that gave no row");
  add_list(commands, family);
  add_show(commands, family);
  add_purge(commands, family);
}

void add_trace(Commands& commands) {
  CLI::App& command =
      commands.add("trace", "where is a message: stored, a duplicate, quarantined, or never seen");
  auto& options = commands.options<TraceOptions>(command);
  add_config(command, options.overrides);
  add_database(command, options.overrides);
  command.add_option("message", options.message_id, "the message id")
      ->required()
      ->type_name("MESSAGE_ID");
  command.add_option("--from", options.from, "sent since then: " + std::string(moment_forms))
      ->type_name("WHEN");
  command.add_option("--before", options.before, "sent before then")->type_name("WHEN");
  add_json(command, options.output, "one line of JSON");
  command.footer(
      "Bounds make it fast on a large ledger, which is ordered by the time of sending.\n"
      "Exit codes: 0 found; 1 never seen.\n\n"
      "Example:\n  moretta trace 01f3b2b0-6f0c-4a0e-9c5b-0f9a4f6c2f11 --from 2d");
}

}  // namespace

void add_inspect_commands(Commands& commands) {
  add_quarantine(commands);
  add_trace(commands);
}

}  // namespace moretta::app
