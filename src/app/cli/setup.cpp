#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"

namespace moretta::app {

namespace {

void add_init(Commands& commands) {
  CLI::App& command = commands.add("init", "print a configuration to start from; make a key");
  auto& options = commands.options<InitOptions>(command);
  command.add_option("--preset", options.preset, "which one (default: list them)")
      ->check(one_of(preset_names()))
      ->type_name("NAME");
  command
      .add_option("--sample", options.sample,
                  "look at events, one JSON object a line, and propose columns and masks")
      ->type_name("FILE")
      ->excludes("--preset");
  command.add_option("--table", options.table, "of the sample's events (default: events)")
      ->type_name("NAME")
      ->needs("--sample");
  command.add_option("-o,--output", options.output, "write it to a file")->type_name("FILE");
  command.add_option("--key", options.key, "make a new key in a file that only you can read")
      ->type_name("FILE");
  command.add_flag_callback(
      "--json-schema", [&options] { options.json_schema = JsonSchema::yes; },
      "print the JSON Schema of configurations instead, for editors");
  command.add_flag_callback(
      "--force", [&options] { options.overwrite = Overwrite::yes; },
      "overwrite the output; a key is never overwritten");
  command.footer(
      "Example:\n"
      "  moretta init --preset logins-keyed --output moretta.yaml --key moretta.key\n"
      "  moretta init --sample events.jsonl --table user_events -o moretta.yaml");
}

void add_check(Commands& commands) {
  CLI::App& command = commands.add("check", "find what is wrong, all at once");
  auto& options = commands.options<CheckOptions>(command);
  add_config_or_preset(command, options.overrides);
  add_queue(command, options.overrides);
  add_database(command, options.overrides);
  command.add_flag_callback(
      "--connect", [&options] { options.connect = Connect::yes; },
      "also look at the queue, the buckets and the table");
  command
      .add_option("--sample", options.sample, "also hold it against events, one JSON object a line")
      ->type_name("FILE");
  command
      .add_option("--workers", options.workers,
                  "how many processes will run at once: are there connections for all?")
      ->check(CLI::Range(1, 10'000).description(""))
      ->type_name("N");
  command
      .add_option("--status", options.status,
                  "a run to take measured times from (default: status.listen, if one answers)")
      ->type_name("ADDRESS");
  add_json(command, options.output, "findings as JSON");
  command.footer("Example:\n  moretta check -c logins.yaml --connect");
}

void add_schema(Commands& commands) {
  CLI::App& command = commands.add(
      "schema", "print the SQL of the table, the ledger, the vault and the quarantine");
  auto& options = commands.options<SchemaOptions>(command);
  add_config_or_preset(command, options.overrides);
  add_database(command, options.overrides);
  command.add_flag_callback(
      "--apply", [&options] { options.apply = Apply::yes; }, "run it; what exists is left alone");
  command
      .add_flag_callback(
          "--roles", [&options] { options.print = Print::roles; },
          "print least-privilege roles for worker, analyst and recovery instead")
      ->excludes("--apply");
  command.footer("Example:\n  moretta schema --preset logins | psql \"$DATABASE_URL\"");
}

}  // namespace

void add_setup_commands(Commands& commands) {
  add_init(commands);
  add_check(commands);
  add_schema(commands);
}

}  // namespace moretta::app
