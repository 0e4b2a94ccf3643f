#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"

namespace moretta::app {

namespace {

void add_run(Commands& commands) {
  CLI::App& command = commands.add("run", "move messages until told to stop");
  auto& options = commands.options<RunOptions>(command);
  add_config(command, options.overrides);
  add_queue(command, options.overrides);
  add_database(command, options.overrides);
  add_lanes(command, options.overrides);
  add_log(command, options.overrides);
  add_json(command, options.output, "end with a summary as one line of JSON");
  command.footer("Example:\n  QUEUE_URL=… DATABASE_URL=… SECRET_KEY=… moretta run -c logins.yaml");
}

void add_drain(Commands& commands) {
  CLI::App& command = commands.add("drain", "move messages until the queue is empty");
  auto& options = commands.options<DrainOptions>(command);
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

void add_load(Commands& commands) {
  CLI::App& command = commands.add("load", "files of JSON lines into the table; can be resumed");
  auto& options = commands.options<LoadOptions>(command);
  command.add_option("FILE", options.files, "files of JSON lines; - is standard input")
      ->required()
      ->type_name("");
  add_config_or_preset(command, options.overrides);
  add_database(command, options.overrides);
  command
      .add_option("--sent-at", options.sent_at,
                  "what $sent_at is: a pointer into the line, mtime, or a time")
      ->type_name("/POINTER|mtime|TIME");
  command.add_flag_callback(
      "--as-new", [&options] { options.changed = Changed::as_new; },
      "load a file from its start if another was loaded from its path before");
  add_lanes(command, options.overrides);
  add_log(command, options.overrides);
  add_json(command, options.output, "end with a summary as one line of JSON");
  command.add_flag_callback(
      "--no-progress", [&options] { options.progress = Progress::off; }, "no progress bar");
  command.footer(
      "Every line becomes one row, or one sealed record in the quarantine (then the exit code is\n"
      "3); empty lines are passed over. How far a file is loaded is stored with its rows: run the\n"
      "same command again after a crash, and it goes on without a line lost or stored twice.\n"
      "Standard input cannot be come back to. $message_id is the file and the place of the "
      "line.\n\n"
      "Example:\n  moretta load -c logins.yaml --sent-at /created_at export-*.jsonl");
}

void add_lambda(Commands& commands) {
  CLI::App& command = commands.add("lambda", "as an AWS Lambda function of an SQS queue");
  auto& options = commands.options<LambdaOptions>(command);
  add_config(command, options.overrides);
  add_database(command, options.overrides);
  add_log(command, options.overrides);
  command.footer(
      "Serves the Lambda Runtime API at AWS_LAMBDA_RUNTIME_API; where that is set, moretta "
      "without\n"
      "a command does so too. The configuration is $MORETTA_CONFIG (a file, or YAML itself), then\n"
      "moretta.yaml beside the program ($LAMBDA_TASK_ROOT). docs/lambda.md tells how to deploy "
      "and\n"
      "how to try it here.\n\n"
      "Example:\n  AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001 moretta lambda -c logins.yaml");
}

void add_mask(Commands& commands) {
  CLI::App& command =
      commands.add("mask", "lines of JSON in, masked rows out; no queue, no database");
  auto& options = commands.options<MaskOptions>(command);
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

}  // namespace

void add_pipeline_commands(Commands& commands) {
  add_run(commands);
  add_drain(commands);
  add_lambda(commands);
  add_load(commands);
  add_mask(commands);
}

}  // namespace moretta::app
