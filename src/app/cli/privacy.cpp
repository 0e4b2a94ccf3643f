#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"

namespace moretta::app {

namespace {

constexpr int prove_seconds_max = 86'400;

void add_audit(Commands& commands) {
  CLI::App& command =
      commands.add("audit", "say what a stored table gives away; counts only, never a value");
  auto& options = commands.options<AuditOptions>(command);
  add_config_or_preset(command, options.overrides);
  add_database(command, options.overrides);
  command
      .add_option("--table", options.table,
                  "instead of the configuration's; needs no configuration")
      ->type_name("NAME");
  command
      .add_option("--k", options.group_columns,
                  "count rows that look alike in these columns, which an outsider may know")
      ->type_name("COLUMN,...");
  command
      .add_option("--prove", options.prove_seconds,
                  "undo digests without a key for so long, and say how many fell")
      ->check(CLI::Range(1, prove_seconds_max))
      ->type_name("SECONDS");
  command.add_option("--cores", options.cores, "for --prove (default: all)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command
      .add_option("--space", options.spaces,
                  "what values are taken to be: ipv4, or a pattern such as ddd-dd-dddd in which d "
                  "is a digit; may be repeated")
      ->type_name("[COLUMN=]SPACE")
      ->take_all()
      ->expected(1);
  command
      .add_option("--fail-on", options.fail_on,
                  "end with 3 if one is found: unkeyed, proven, clear, identifier, mixed, k=N")
      ->type_name("LIST");
  add_json(command, options.output, "the report as one line of JSON");
  command.footer(
      "Reads every row once, in a read-only transaction. docs/masking.md explains the figures.\n\n"
      "Example:\n  moretta audit -c logins.yaml --k locale,device_type --prove 60 --fail-on "
      "unkeyed,clear");
}

void add_explain(Commands& commands) {
  CLI::App& command = commands.add(
      "explain", "show how a column's token is made, and how to make it without moretta");
  auto& options = commands.options<ExplainOptions>(command);
  add_config_or_preset(command, options.overrides);
  command.add_option("column", options.column, "of the configuration")
      ->type_name("COLUMN")
      ->required();
  add_json(command, options.output, "the steps and the lines as one line of JSON");
  command.footer(
      "The value and the key are made up for the occasion; yours are neither read nor shown.\n\n"
      "Example:\n  moretta explain masked_ip --preset logins-keyed");
}

void add_lookup(Commands& commands) {
  CLI::App& command = commands.add(
      "lookup", "the tokens of a value you know, under every key, as a list for SQL's IN");
  auto& options = commands.options<LookupOptions>(command);
  add_config_or_preset(command, options.overrides);
  command.add_option("--column", options.column, "whose tokens")->type_name("COLUMN")->required();
  command.add_option("value", options.values, "instead of standard input; others can see it")
      ->type_name("VALUE");
  add_json(command, options.output, "a JSON array for each value");
  command.footer(
      "Reads one value a line from standard input, because other users of the machine can see\n"
      "arguments, and shells keep them.\n\n"
      "Example:\n  moretta lookup -c logins.yaml --column masked_ip < address.txt");
}

void add_manifest(Commands& commands) {
  CLI::App& command = commands.add(
      "manifest", "verify and sum up the record of what was masked how; counts and names only");
  auto& options = commands.options<ManifestOptions>(command);
  add_config_or_preset(command, options.overrides);
  add_database(command, options.overrides);
  command.add_option("--head", options.head, "a record that must be there, noted earlier")
      ->type_name("SEQ:MAC");
  add_json(command, options.output, "each record as a line of JSON, and the verdict as the last");
  command.footer(
      "Ends with 1 if a record was changed, taken out or put in. docs/masking.md says what it\n"
      "proves, and what it does not.\n\n"
      "Example:\n  moretta manifest -c logins.yaml");
}

}  // namespace

void add_privacy_commands(Commands& commands) {
  add_audit(commands);
  add_explain(commands);
  add_lookup(commands);
  add_manifest(commands);
}

}  // namespace moretta::app
