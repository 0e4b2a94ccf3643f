#include <optional>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/key_source.hpp"
#include "app/lambda/lambda_job.hpp"
#include "app/problem.hpp"
#include "app/run.hpp"
#include "app/signals.hpp"
#include "aws/socket_http.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr Millis connect_timeout{1'000};  // to a process on the same machine

// The package's own file, unless something else is named.
Overrides with_package(Overrides overrides, const Environment& environment) {
  const auto root = environment("LAMBDA_TASK_ROOT");
  if (!overrides.config && !environment("MORETTA_CONFIG") && root && !root->empty()) {
    overrides.config = *root + "/moretta.yaml";
  }
  return overrides;
}

// All that can be wrong before the first message.
struct Ready {
  Config config;
  Log log;
  LambdaJob job;

  Ready(Config its_config, World& world)
      : config(std::move(its_config)),
        log(log_format(config, world), config.log.level),
        job(config, world, log) {
    warn_of_guessing(config.table, log);
    warn_of_epochs(config, world.clock.wall(), log);
    if (config.keys.set) {
      forget_key(config.keys.secret, world);
    }
    log.info("start", {{"table", config.table.name}, {"config", fingerprint(config.table)}});
  }
};

std::unique_ptr<Ready> make_ready(const LambdaOptions& options, World& world) {
  return std::make_unique<Ready>(
      load_config(with_package(options.overrides, world.environment), world.environment,
                  {.queue = Need::no, .database = Need::yes, .key = KeyUse::all}),
      world);
}

// A start that fails is told to Lambda too, and then to whoever reads our exit code.
std::unique_ptr<Ready> ready_or_told(const LambdaOptions& options, World& world,
                                     aws::LambdaRuntime& runtime) {
  try {
    return make_ready(options, world);
  } catch (const BadConfig& error) {
    runtime.fail_init({.type = "Moretta.BadConfig", .text = error.what()});
    throw;
  } catch (const std::exception& error) {
    runtime.fail_init({.type = "Moretta.CannotStart", .text = error.what()});
    throw;
  }
}

void serve(aws::Invocation& invocation, Ready& ready, aws::LambdaRuntime& runtime) {
  const auto answer = ready.job.handle(invocation);
  try {
    if (answer) {
      runtime.respond(invocation.id, answer.value());
    } else {
      runtime.fail(invocation.id, {.type = answer.error().type, .text = answer.error().text});
    }
  } catch (const Refused& error) {
    ready.log.error("answer_refused", {{"request_id", invocation.id}, {"what", error.what()}});
  }
}

}  // namespace

int lambda(const LambdaOptions& options, World& world) {
  const auto api = world.environment("AWS_LAMBDA_RUNTIME_API");
  if (!api || api->empty()) {
    throw BadUsage(
        "moretta lambda: AWS_LAMBDA_RUNTIME_API is not set; Lambda sets it, and so does an "
        "emulator of it (docs/lambda.md)");
  }
  const StopSignals signals;
  aws::SocketHttp http({.ca_bundle = {},
                        .connect_timeout = connect_timeout,
                        .response_bytes_max = aws::lambda_event_bytes_max},
                       world.clock);
  aws::LambdaRuntime runtime(http, *api);
  const std::unique_ptr<Ready> ready = ready_or_told(options, world, runtime);
  while (auto invocation = runtime.next(signals.token())) {
    serve(*invocation, *ready, runtime);
  }
  ready->log.info("stop");
  return exit_done;
}

}  // namespace moretta::app
