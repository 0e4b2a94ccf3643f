#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/signals.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "devqueue/generate.hpp"
#include "devqueue/ndjson.hpp"
#include "devqueue/server.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view default_queue = "login-queue";
constexpr std::int64_t generated_at_once = 10'000;  // keeps memory flat however many are wanted

devqueue::Personality personality_of(const std::string& name) {
  if (name == "aws") {
    return devqueue::Personality::aws;
  }
  if (name == "localstack-0.14.3") {
    return devqueue::Personality::localstack_0_14_3;
  }
  throw Refused("no such personality: " + name, "take aws or localstack-0.14.3");
}

// "NAME", or "NAME,fifo" for a FIFO queue (whose name SQS wants to end in .fifo).
devqueue::Server::QueueOrder order_of(const std::string& text) {
  const std::size_t comma = text.find(',');
  devqueue::Server::QueueOrder order{.name = text.substr(0, comma), .attributes = {}};
  if (comma == std::string::npos) {
    return order;
  }
  if (text.substr(comma + 1) != "fifo") {
    throw Refused("cannot read --queue " + text, "write NAME or NAME,fifo");
  }
  if (!order.name.ends_with(".fifo")) {
    order.name += ".fifo";
  }
  order.attributes["FifoQueue"] = "true";
  order.attributes["ContentBasedDeduplication"] = "true";
  return order;
}

devqueue::AccessKey key_from(const Environment& environment) {
  const auto id = environment("AWS_ACCESS_KEY_ID");
  const auto secret = environment("AWS_SECRET_ACCESS_KEY");
  if (!id || !secret) {
    throw Refused("cannot verify signatures without a key",
                  "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what clients sign with");
  }
  devqueue::AccessKey key;
  key.id = *id;
  key.secret = *secret;
  return key;
}

devqueue::Server::Options server_options(const DevqueueOptions& options, const World& world) {
  devqueue::Server::Options server{.port = static_cast<std::uint16_t>(options.port),
                                   .personality = personality_of(options.personality),
                                   .queues = {}};
  for (const std::string& queue : options.queues) {
    server.queues.push_back(order_of(queue));
  }
  if (server.queues.empty()) {
    server.queues.push_back({.name = std::string(default_queue), .attributes = {}});
  }
  if (options.verify_keys == VerifyKeys::env) {
    server.keys.push_back(key_from(world.environment));
  }
  if (!options.faults.empty()) {
    auto plan = devqueue::parse_fault_plan(options.faults);
    if (!plan) {
      throw Refused("cannot read --faults: " + plan.error(),
                    R"(write e.g. {"latency_ms": 10, "drop_after": {"rate": 0.01}})");
    }
    server.faults = std::move(plan).value();
  }
  return server;
}

void generate(devqueue::Server& server, const std::string& queue, const DevqueueOptions& options) {
  devqueue::LoginGenerator generator(options.seed, {});
  for (std::int64_t left = options.generate; left > 0; left -= generated_at_once) {
    server.send(queue, generator.take(static_cast<std::size_t>(std::min(left, generated_at_once))));
  }
}

}  // namespace

int devqueue(const DevqueueOptions& options, World& world) {
  const StopSignals signals;
  Log log(world.terminal.err ? LogFormat::text : LogFormat::json, LogLevel::warn);
  const devqueue::Server::Options server_settings = server_options(options, world);
  devqueue::Server server(server_settings, world.clock, log);
  const std::string& first_queue = server_settings.queues.front().name;
  if (!options.load.empty()) {
    server.send(first_queue, devqueue::read_lines(options.load));
  }
  generate(server, first_queue, options);

  // One line for scripts to read the port from, then what a person wants to know.
  world.out << fmt::format(R"({{"endpoint":{},"queue_url":{}}})", json_string(server.endpoint()),
                           json_string(server.queue_url(first_queue)))
            << std::endl;
  world.err << "in memory, on loopback, any credentials: for demo and tests, not for production; "
               "Ctrl-C ends it\n";
  for (const auto& queue : server_settings.queues) {
    world.err << fmt::format("  {}  {} messages\n", server.queue_url(queue.name),
                             server.counts(queue.name).visible);
  }
  world.err << std::flush;
  while (world.clock.sleep(Millis{60'000}, signals.token())) {
  }
  return exit_done;
}

}  // namespace moretta::app
