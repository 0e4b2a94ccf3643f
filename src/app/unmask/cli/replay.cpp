#include "app/moment.hpp"
#include "app/unmask/cli/parts.hpp"

namespace moretta::app {

CLI::App& add_replay(CLI::App& program, ReplayOptions& options) {
  CLI::App& command = *program.add_subcommand(
      "replay", "put quarantined messages through the configuration again, and store what passes");
  command
      .add_option_function<std::string>(
          "-c,--config", [&options](const std::string& file) { options.overrides.config = file; },
          "the configuration (default: $MORETTA_CONFIG, then moretta.yaml)")
      ->type_name("FILE");
  command
      .add_option_function<std::string>(
          "--database-url",
          [&options](const std::string& url) { options.overrides.database_url = url; },
          "the Postgres server (default: $DATABASE_URL, then the configuration)")
      ->type_name("URL");
  add_reason(command, options.audit);
  add_audit_place(command, options.audit);
  command.add_option("--because", options.choice.reason, "only what was rejected for this reason")
      ->type_name("CODE");
  command.add_option("--column", options.choice.column, "only what was rejected at this column")
      ->type_name("NAME");
  command
      .add_option("--from", options.choice.from,
                  "quarantined since then: " + std::string(moment_forms))
      ->type_name("WHEN");
  command.add_option("--before", options.choice.before, "quarantined before then")
      ->type_name("WHEN");
  command.add_option("--message", options.message_id, "only this message")->type_name("ID");
  command
      .add_option("--recovery-key", options.recovery_key,
                  "the private recovery key, if bodies are sealed to one")
      ->type_name("PLACE");
  command.add_flag_callback(
      "--dry-run", [&options] { options.dry_run = DryRun::yes; },
      "say what would pass now, and change nothing");
  command.add_flag_callback(
      "--json", [&options] { options.output = Output::json; }, "one line of JSON a message");
  command.footer(
      "Opens the sealed bodies, which `moretta` cannot: so it asks for a reason and says who "
      "asked.\n"
      "No body is shown. A message that passes becomes a row, and its record goes, in one\n"
      "transaction: replay may be interrupted and repeated.\n"
      "Exit codes: 0 all passed; 3 some did not.\n\n"
      "Example:\n  moretta-unmask replay --because missing_key --dry-run --reason 'ticket 4711'");
  return command;
}

std::string fault_of(const ReplayOptions& options) {
  return fault_of_reason(options.audit);
}

}  // namespace moretta::app
