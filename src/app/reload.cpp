#include "app/reload.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/config_load.hpp"
#include "app/connect_check.hpp"
#include "app/key_source.hpp"
#include "app/otlp_push.hpp"
#include "app/status/status_server.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view from_variable = "env:";
constexpr Needs everything{.queue = Need::yes, .database = Need::yes, .key = KeyUse::all};

// Who stops the process waits for it meanwhile, and the most impatient platforms kill after ten
// seconds.
constexpr Seconds connect_timeout{3};

std::string first_error(const Findings& findings) {
  const auto found = std::ranges::find(findings, Severity::error, &Finding::severity);
  return found == findings.end() ? "" : fmt::format("{}: {}", found->where, found->what);
}

// The new address has to be free; the old one is ours until the old run is over.
void expect_listening(const Config& now, const Config& in_use) {
  if (now.status.listen.empty() || now.status.listen == in_use.status.listen) {
    return;
  }
  if (const auto address = parse_listen(now.status.listen)) {
    const StatusServer probe(*address, StatusPages{});
  }
}

// What a run would meet; empty if nothing.
std::string trouble_of(const Config& now, const Config& in_use, World& world,
                       const std::stop_token& stop) {
  static_cast<void>(traces_target(now.traces, world.environment));
  std::string trouble = first_error(look_at_queue(now, TurnTime{}, world, stop));
  if (trouble.empty()) {
    trouble = first_error(look_at_database(now, 1, stop, connect_timeout));
  }
  if (trouble.empty()) {
    expect_listening(now, in_use);
  }
  return trouble;
}

}  // namespace

Reload::Reload(Overrides overrides, const Config& config, World& world)
    : overrides_(std::move(overrides)), world_(world) {
  remember(config);
}

void Reload::remember(const Config& config) {
  const std::string& place = config.keys.secret;
  if (!config.keys.set || !place.starts_with(from_variable)) {
    return;
  }
  std::string name = place.substr(from_variable.size());
  if (auto value = world_.environment(name)) {
    secret_ = SecretBytes(*value);
    wipe(*value);
    variable_ = std::move(name);
    forget_key(place, world_);  // now, while no other thread looks at the environment
  }
}

Environment Reload::remembering() const {
  return [this](std::string_view name) -> std::optional<std::string> {
    if (!variable_.empty() && name == variable_) {
      return std::string(secret_.view());
    }
    return world_.environment(std::string(name));
  };
}

std::optional<Config> Reload::read(const Config& in_use, Log& log, const std::stop_token& stop) {
  std::string trouble;
  try {
    World world = world_;
    world.environment = remembering();
    const ConfigText source = read_config(overrides_, world.environment);
    auto config = parse_config(source, overrides_, world.environment, everything);
    if (config) {
      trouble = trouble_of(config.value(), in_use, world, stop);
      if (trouble.empty()) {
        return std::move(config).value();
      }
    } else {
      trouble = fmt::format("{}", fmt::join(config.error().lines(), "; "));
    }
  } catch (const std::exception& error) {
    trouble = error.what();
  }
  if (stop.stop_requested()) {
    return std::nullopt;
  }
  log.error("config_refused", {{"config", fingerprint(in_use.table)}, {"reason", trouble}});
  return std::nullopt;
}

}  // namespace moretta::app
