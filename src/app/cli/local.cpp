#include "app/cli/commands.hpp"
#include "app/cli/common_options.hpp"

namespace moretta::app {

namespace {

constexpr int port_max = 65535;

void add_demo(Commands& commands) {
  CLI::App& command = commands.add(
      "demo", "a queue, a database and 100 messages on this machine; needs no account");
  auto& options = commands.options<DemoOptions>(command);
  command.add_option("--preset", options.preset, "which configuration (default: logins)")
      ->check(one_of(preset_names()))
      ->type_name("NAME");
  command.add_flag_callback(
      "--keep", [&options] { options.after = AfterDemo::keep; }, "leave everything running");
  add_json(command, options.output, "end with a summary as one line of JSON");
  command.footer("Example:\n  moretta demo --keep");
}

void add_devqueue(Commands& commands) {
  CLI::App& command =
      commands.add("devqueue", "a local queue that speaks SQS; for development only");
  auto& options = commands.options<DevqueueOptions>(command);
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

}  // namespace

void add_local_commands(Commands& commands) {
  add_demo(commands);
  add_devqueue(commands);
}

}  // namespace moretta::app
