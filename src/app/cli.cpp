#include "app/cli.hpp"

#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/exit_code.hpp"
#include "app/presets.hpp"
#include "app/problem.hpp"

namespace moretta::app {

namespace {

using Names = std::vector<std::string>;

constexpr int port_max = 65535;

Names preset_names() {
  Names names;
  for (const Preset& preset : presets()) {
    names.emplace_back(preset.name);
  }
  return names;
}

// The words stand in the help already.
CLI::Validator one_of(const Names& words) {
  return CLI::IsMember(words).description("");
}

// What the parser writes to, one for each command; and the command that was named.
struct Parsed {
  RunOptions run;
  DrainOptions drain;
  MaskOptions mask;
  InitOptions init;
  CheckOptions check;
  SchemaOptions schema;
  DemoOptions demo;
  DevqueueOptions devqueue;
};

void add_config(CLI::App& command, Overrides& overrides) {
  command
      .add_option("-c,--config", overrides.config,
                  "configuration (default: $MORETTA_CONFIG, then moretta.yaml)")
      ->type_name("FILE");
}

void add_config_or_preset(CLI::App& command, Overrides& overrides) {
  add_config(command, overrides);
  command.add_option("--preset", overrides.preset, "a configuration that comes with moretta")
      ->check(one_of(preset_names()))
      ->type_name("NAME")
      ->excludes("--config");
}

void add_database(CLI::App& command, Overrides& overrides) {
  command
      .add_option("--database-url", overrides.database_url,
                  "instead of $DATABASE_URL; other users of the machine can see it")
      ->type_name("URL");
}

void add_queue(CLI::App& command, Overrides& overrides) {
  command.add_option("--queue-url", overrides.queue_url, "instead of $QUEUE_URL")->type_name("URL");
}

void add_lanes(CLI::App& command, Overrides& overrides) {
  command.add_option("--lanes", overrides.lanes, "how many work side by side")->type_name("N");
}

void add_log(CLI::App& command, Overrides& overrides) {
  command.add_option("--log-level", overrides.log_level, "debug, info, warn, error, off")
      ->check(one_of(Names{"debug", "info", "warn", "error", "off"}))
      ->type_name("LEVEL");
  command.add_option("--log-format", overrides.log_format, "auto, json, text")
      ->check(one_of(Names{"auto", "json", "text"}))
      ->type_name("FORMAT");
}

void add_json(CLI::App& command, Output& output, const std::string& purpose) {
  command.add_flag_callback(
      "--json", [&output] { output = Output::json; }, purpose);
}

void add_run(CLI::App& app, RunOptions& options) {
  CLI::App& command = *app.add_subcommand("run", "move messages until told to stop");
  add_config(command, options.overrides);
  add_queue(command, options.overrides);
  add_database(command, options.overrides);
  add_lanes(command, options.overrides);
  add_log(command, options.overrides);
  add_json(command, options.output, "end with a summary as one line of JSON");
  command.footer("Example:\n  QUEUE_URL=… DATABASE_URL=… SECRET_KEY=… moretta run -c logins.yaml");
}

void add_drain(CLI::App& app, DrainOptions& options) {
  CLI::App& command = *app.add_subcommand("drain", "move messages until the queue is empty");
  add_config(command, options.overrides);
  add_queue(command, options.overrides);
  add_database(command, options.overrides);
  add_lanes(command, options.overrides);
  add_log(command, options.overrides);
  add_json(command, options.output, "end with a summary as one line of JSON");
  command.add_flag_callback(
      "--no-progress", [&options] { options.progress = Progress::off; }, "no progress bar");
  command.footer("Example:\n  moretta drain -c logins.yaml --json | jq .quarantined");
}

void add_mask(CLI::App& app, MaskOptions& options) {
  CLI::App& command =
      *app.add_subcommand("mask", "lines of JSON in, masked rows out; no queue, no database");
  add_config_or_preset(command, options.overrides);
  command
      .add_option_function<std::string>(
          "--format",
          [&options](const std::string& name) {
            options.format = name == "csv" ? RowFormat::csv : RowFormat::ndjson;
          },
          "ndjson, csv (default: ndjson)")
      ->check(one_of(Names{"ndjson", "csv"}))
      ->type_name("FORMAT");
  command.footer(
      "Rejected lines are told on standard error, as JSON; then the exit code is 3. Times of the\n"
      "queue ($sent_at, $received_at) are the time now, $message_id is the number of the line, "
      "and\n"
      "what `recover` would keep in the vault is not written.\n\n"
      "Example:\n  moretta mask --preset logins < logins.jsonl > rows.jsonl");
}

void add_init(CLI::App& app, InitOptions& options) {
  CLI::App& command =
      *app.add_subcommand("init", "print a configuration to start from; make a key");
  command.add_option("--preset", options.preset, "which one (default: list them)")
      ->check(one_of(preset_names()))
      ->type_name("NAME");
  command.add_option("-o,--output", options.output, "write it to a file")
      ->type_name("FILE")
      ->needs("--preset");
  command.add_option("--key", options.key, "make a new key in a file that only you can read")
      ->type_name("FILE");
  command.add_flag_callback(
      "--force", [&options] { options.overwrite = Overwrite::yes; },
      "overwrite the output; a key is never overwritten");
  command.footer(
      "Example:\n  moretta init --preset logins-keyed --output moretta.yaml --key moretta.key");
}

void add_check(CLI::App& app, CheckOptions& options) {
  CLI::App& command = *app.add_subcommand("check", "find what is wrong, all at once");
  add_config_or_preset(command, options.overrides);
  add_queue(command, options.overrides);
  add_database(command, options.overrides);
  command.add_flag_callback(
      "--connect", [&options] { options.connect = Connect::yes; },
      "also look at the queue and the table");
  add_json(command, options.output, "findings as JSON");
  command.footer("Example:\n  moretta check -c logins.yaml --connect");
}

void add_schema(CLI::App& app, SchemaOptions& options) {
  CLI::App& command = *app.add_subcommand(
      "schema", "print the SQL of the table, the ledger, the vault and the quarantine");
  add_config_or_preset(command, options.overrides);
  add_database(command, options.overrides);
  command.add_flag_callback(
      "--apply", [&options] { options.apply = Apply::yes; }, "run it; what exists is left alone");
  command.footer("Example:\n  moretta schema --preset logins | psql \"$DATABASE_URL\"");
}

void add_demo(CLI::App& app, DemoOptions& options) {
  CLI::App& command = *app.add_subcommand(
      "demo", "a queue, a database and 100 messages on this machine; needs no account");
  command.add_option("--preset", options.preset, "which configuration (default: logins)")
      ->check(one_of(preset_names()))
      ->type_name("NAME");
  command.add_flag_callback(
      "--keep", [&options] { options.after = AfterDemo::keep; }, "leave everything running");
  add_json(command, options.output, "end with a summary as one line of JSON");
  command.footer("Example:\n  moretta demo --keep");
}

void add_devqueue(CLI::App& app, DevqueueOptions& options) {
  CLI::App& command =
      *app.add_subcommand("devqueue", "a local queue that speaks SQS; for development only");
  command.add_option("--port", options.port, "on 127.0.0.1; 0 takes a free one (default: 9324)")
      ->check(CLI::Range(0, port_max))
      ->type_name("PORT");
  command.add_option("--queue", options.queues, "create a queue; may be repeated")
      ->type_name("NAME[,fifo]")
      ->take_all()
      ->expected(1);
  command.add_option("--load", options.load, "send every line of a file to the first queue")
      ->type_name("FILE");
  command.add_option("--generate", options.generate, "send so many made-up login events")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command.add_option("--seed", options.seed, "of made-up events and faults (default: 1)")
      ->type_name("N");
  command
      .add_option("--personality", options.personality, "which service to resemble (default: aws)")
      ->type_name("NAME");
  command
      .add_option_function<std::string>(
          "--verify-keys",
          [&options](const std::string&) { options.verify_keys = VerifyKeys::env; },
          "check signatures against AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
      ->check(one_of(Names{"env"}))
      ->type_name("env");
  command
      .add_option("--faults", options.faults,
                  R"(inject faults, e.g. {"latency_ms": 10, "drop_after": {"rate": 0.01}})")
      ->type_name("JSON");
  command.footer("Example:\n  moretta devqueue --queue logins --load examples/logins.jsonl");
}

void build(CLI::App& app, Parsed& parsed) {
  app.set_version_flag("--version", fmt::format("moretta {}", MORETTA_VERSION));
  app.require_subcommand(1);
  app.get_formatter()->column_width(30);
  add_run(app, parsed.run);
  add_drain(app, parsed.drain);
  add_mask(app, parsed.mask);
  add_init(app, parsed.init);
  add_check(app, parsed.check);
  add_schema(app, parsed.schema);
  add_demo(app, parsed.demo);
  add_devqueue(app, parsed.devqueue);
  app.footer(
      "`moretta COMMAND --help` has the options of each, with an example.\n"
      "Exit codes: 0 done; 1 failed; 3 done, with rejects; 64 wrong usage; 78 wrong "
      "configuration.");
}

Invocation chosen(const CLI::App& app, Parsed& parsed) {
  const std::string name = app.get_subcommands().front()->get_name();
  if (name == "run") {
    return std::move(parsed.run);
  }
  if (name == "drain") {
    return std::move(parsed.drain);
  }
  if (name == "mask") {
    return std::move(parsed.mask);
  }
  if (name == "init") {
    return std::move(parsed.init);
  }
  if (name == "check") {
    return std::move(parsed.check);
  }
  if (name == "schema") {
    return std::move(parsed.schema);
  }
  if (name == "demo") {
    return std::move(parsed.demo);
  }
  return std::move(parsed.devqueue);
}

bool is_word(std::string_view text) {
  constexpr std::size_t word_chars_max = 32;  // no command is as long
  return !text.empty() && text.size() <= word_chars_max &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

std::string no_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string_view> commands;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(command->get_name());
  }
  // Stray words are not repeated: one may be a URL with a password.
  if (arguments.empty() || !is_word(arguments.front())) {
    return fmt::format("name a command; allowed: {}", list_of(commands));
  }
  return fmt::format("there is no command `{}`; allowed: {}{}", arguments.front(),
                     list_of(commands), suggestion(arguments.front(), commands));
}

std::string what_is_wrong(const CLI::App& app, const std::vector<std::string>& arguments,
                          const CLI::ParseError& error) {
  if (app.get_subcommands().empty()) {
    return no_command(app, arguments);
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    return "there is an argument or option that this command does not take";
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
  const auto commands = app.get_subcommands();
  end.exit_code = exit_usage;
  end.err = fmt::format("moretta: {}\n  see `moretta{}{} --help`\n",
                        what_is_wrong(app, arguments, error), commands.empty() ? "" : " ",
                        commands.empty() ? "" : commands.front()->get_name());
  return end;
}

}  // namespace

std::variant<Invocation, CliEnd> parse_command_line(const std::vector<std::string>& arguments) {
  CLI::App app("moves JSON events from Amazon SQS into Postgres with personal data masked",
               "moretta");
  Parsed parsed;
  build(app, parsed);
  try {
    std::vector<std::string> reversed(arguments.rbegin(),
                                      arguments.rend());  // as parse() wants them
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return end_of(app, arguments, error);
  }
  return chosen(app, parsed);
}

}  // namespace moretta::app
