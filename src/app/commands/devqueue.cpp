#include <fstream>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/signals.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "devqueue/server.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view default_queue = "login-queue";

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

devqueue::Server::Options server_options(const DevqueueOptions& options) {
  devqueue::Server::Options server{.port = static_cast<std::uint16_t>(options.port),
                                   .personality = personality_of(options.personality),
                                   .queues = {}};
  for (const std::string& queue : options.queues) {
    server.queues.push_back(order_of(queue));
  }
  if (server.queues.empty()) {
    server.queues.push_back({.name = std::string(default_queue), .attributes = {}});
  }
  return server;
}

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(file);
  if (!in) {
    throw Refused("cannot read " + file, "name a file with one message a line");
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

int devqueue(const DevqueueOptions& options, World& world) {
  const StopSignals signals;
  Log log(world.terminal.err ? LogFormat::text : LogFormat::json, LogLevel::warn);
  const devqueue::Server::Options server_settings = server_options(options);
  devqueue::Server server(server_settings, world.clock, log);
  const std::string& first_queue = server_settings.queues.front().name;
  if (!options.load.empty()) {
    server.send(first_queue, lines_of(options.load));
  }

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
