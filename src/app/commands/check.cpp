#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "app/column_keys.hpp"
#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/connect_check.hpp"
#include "app/exit_code.hpp"
#include "app/finding.hpp"
#include "app/otlp_push.hpp"
#include "app/sample/sample_check.hpp"
#include "base/errors.hpp"
#include "mask/warning.hpp"

namespace moretta::app {

namespace {

constexpr Needs nothing{};
constexpr Needs everything{.queue = Need::yes, .database = Need::yes, .key = KeyUse::all};

// Escrow is for what a stolen worker must not be able to open.
bool opens_here(const mask::Policy& policy) {
  return mask::is_recoverable(policy.method) || policy.recover == mask::Recover::aes_siv ||
         policy.recover == mask::Recover::aes_256_cbc;
}

Findings mask_findings(const Config& config) {
  const Table& table = config.table;
  Findings findings;
  for (std::size_t i = 0; i < table.mapping.size(); ++i) {
    if (auto warning = mask::guessing_warning(table.mapping[i].name, table.policies[i])) {
      findings.push_back({.severity = Severity::warning,
                          .where = config.file,
                          .what = std::move(*warning),
                          .fix = {}});
    }
    if (config.keys.recovery && opens_here(table.policies[i])) {
      findings.push_back({.severity = Severity::warning,
                          .where = config.file,
                          .what = fmt::format("column {}: this machine's key recovers its values, "
                                              "although there is a recovery key",
                                              table.mapping[i].name),
                          .fix = "write `mask: tokenize`, or `recover: seal` beside a one-way "
                                 "method"});
    }
  }
  return findings;
}

Findings epoch_findings(const Config& config, WallTime now) {
  Findings findings;
  for (const mask::Period month : months_without_key(config, now)) {
    findings.push_back(
        {.severity = month == mask::period_of(now) ? Severity::error : Severity::warning,
         .where = config.file,
         .what = fmt::format("the keyset has no key of {} for columns with an "
                             "`epoch`: their messages are rejected",
                             mask::period_text(month)),
         .fix = fmt::format("moretta keys add KEYSET --month {}", mask::period_text(month))});
  }
  return findings;
}

// What only a command that connects would miss: wrong if it is about to, else worth knowing.
Findings needs_findings(const Result<Config, Problems>& full, const CheckOptions& options) {
  if (full) {
    return {};
  }
  return findings_of(full.error(),
                     options.connect == Connect::yes ? Severity::error : Severity::warning);
}

// As needs_findings: the worker's environment may be another.
Findings collector_findings(const Config& config, const CheckOptions& options, World& world) {
  try {
    static_cast<void>(traces_target(config.traces, world.environment));
    return {};
  } catch (const Refused& error) {
    return {{.severity = options.connect == Connect::yes ? Severity::error : Severity::warning,
             .where = config.file,
             .what = error.what(),
             .fix = error.hint()}};
  }
}

std::string summary(const Config& config) {
  const auto masked =
      std::count_if(config.table.policies.begin(), config.table.policies.end(),
                    [](const mask::Policy& p) { return p.method != mask::Method::keep; });
  return fmt::format("{}: table {}, {} columns, {} masked, fingerprint {}\n", config.file,
                     config.table.name, config.table.mapping.size(), masked,
                     fingerprint(config.table));
}

int report(const Findings& findings, const std::string& headline, const CheckOptions& options,
           World& world) {
  if (options.output == Output::json) {
    world.out << findings_json(findings);
  } else {
    world.out << findings_text(findings) << headline
              << (has_error(findings) ? "not ready: see the errors above\n" : "ready\n");
  }
  return has_error(findings) ? exit_config : exit_done;
}

void append(Findings&& more, Findings& findings) {
  findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

}  // namespace

int check(const CheckOptions& options, World& world) {
  const ConfigText source = read_config(options.overrides, world.environment);
  const auto config = parse_config(source, options.overrides, world.environment, nothing);
  if (!config) {
    return report(findings_of(config.error(), Severity::error), "", options, world);
  }
  // Once: some secrets can be read no more than once.
  const auto full = parse_config(source, options.overrides, world.environment, everything);
  Findings findings = needs_findings(full, options);
  std::string headline = summary(config.value());
  if (options.connect == Connect::yes && !has_error(findings)) {
    const TurnTime turn = turn_time(full.value(), options.status, world);
    append(look_at_queue(full.value(), turn, world), findings);
    append(look_at_payloads(full.value(), world), findings);
    append(look_at_database(full.value(), options.workers), findings);
    headline += fmt::format("a turn takes up to {} ({})\n", time_text(turn.slow), turn.how);
  }
  append(collector_findings(config.value(), options, world), findings);
  append(mask_findings(config.value()), findings);
  if (full) {
    append(epoch_findings(full.value(), world.clock.wall()), findings);
  }
  if (!options.sample.empty()) {
    append(sample_findings(config.value(), read_sample_file(options.sample)), findings);
  }
  return report(findings, headline, options, world);
}

}  // namespace moretta::app
