#include <cstdlib>
#include <filesystem>
#include <ostream>

#include "app/commands/commands.hpp"
#include "app/demo/report.hpp"
#include "app/demo/stage.hpp"
#include "app/exit_code.hpp"
#include "app/run.hpp"
#include "app/signals.hpp"
#include "app/subprocess.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

Summary drain(const DemoStage& stage, const DemoOptions& options, const World& world,
              const std::stop_token& stop) {
  World inside = world;
  inside.environment = stage.environment();
  const bool draws = world.terminal.err && options.output == Output::people;
  return run_job(stage.config(),
                 {.until = Until::empty,
                  .report = draws ? ReportStyle::progress_line : ReportStyle::log_lines},
                 inside, stop);
}

// The record of it goes to a file of its own, and with the demo: the database may be the user's,
// and one of the keys is not.
SubprocessResult unmask(const DemoStage& stage, const Recoverable& what, const std::string& key) {
  std::string folder = std::filesystem::temp_directory_path() / "moretta-demo-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    throw Refused("cannot make a directory in " + std::filesystem::temp_directory_path().string(),
                  "set TMPDIR to one where this user may write");
  }
  auto ended = run_program(
      {program_beside_us("moretta-unmask"), "--key", "env:SECRET_KEY", "--domain", what.domain,
       "--reason", "moretta demo", "--audit-file", folder + "/audit.jsonl", what.token},
      {{"SECRET_KEY", key}, {"DATABASE_URL", stage.database()}});
  std::filesystem::remove_all(folder);
  return ended;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// The last line: what is logged before it is about the key, not about the token.
std::string last_line(std::string text) {
  constexpr std::string_view program = "moretta-unmask: ";
  text.erase(text.find_last_not_of('\n') + 1);
  text.erase(0, text.rfind('\n') + 1);
  return text.starts_with(program) ? text.substr(program.size()) : text;
}

DemoRecovery recover(const DemoStage& stage, pg::Connection& connection, World& world) {
  DemoRecovery recovery{.what = recoverable_value(connection, stage.config())};
  const SubprocessResult with_key = unmask(stage, recovery.what, stage.secret_key());
  if (with_key.exit_code == 0) {
    recovery.original = first_line(with_key.out);
  }
  SecretBytes other(mask::master_key_bytes);
  world.random.fill(other.bytes());
  const SubprocessResult with_other = unmask(stage, recovery.what, hex(other.bytes()));
  if (with_other.exit_code != 0) {
    recovery.refusal = last_line(with_other.err);
  }
  return recovery;
}

void keep_open(const DemoStage& stage, World& world, const std::stop_token& stop) {
  world.err << "\nqueue and database stay up until Ctrl-C\n";
  if (stage.has_own_database()) {
    world.err << "   psql '" << stage.database() << "'\n";
  }
  if (stage.has_own_queue()) {
    world.err
        << "   export QUEUE_URL=" << stage.queue_url() << "\n"
        << "   export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo\n";
  }
  world.err << std::flush;
  while (world.clock.sleep(Millis{60'000}, stop)) {
  }
}

}  // namespace

int demo(const DemoOptions& options, World& world) {
  const StopSignals signals;
  const auto say = [&](const std::string& text) {
    if (options.output == Output::people) {
      world.out << text << std::flush;
    }
  };
  Log log(LogFormat::text, LogLevel::warn);
  DemoStage stage(world, log, options.preset);
  const std::int64_t waiting = stage.fill_queue();
  say(introduction(stage, waiting));

  DemoResult result;
  result.drain = drain(stage, options, world, signals.token());
  pg::Connection connection(pg::Conninfo(stage.database()), {.purpose = "moretta demo"});
  result.found = look_into(connection, stage.config());
  say(told_drain(result));

  if (stage.has_own_queue()) {
    stage.redeliver();
    result.second_drain = drain(stage, options, world, signals.token());
  }
  result.found_after = look_into(connection, stage.config());
  say(told_second_drain(result));

  result.recovery = recover(stage, connection, world);
  say(told_recovery(result));
  say(told_next(program_beside_us("moretta"), options.preset));
  if (options.output == Output::json) {
    world.out << result_json(result) << std::endl;
  }
  if (options.after == AfterDemo::keep) {
    keep_open(stage, world, signals.token());
  }
  return result.is_good() ? exit_done : exit_failed;
}

}  // namespace moretta::app
