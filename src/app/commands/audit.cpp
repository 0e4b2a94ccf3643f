#include <algorithm>
#include <ostream>
#include <thread>

#include <fmt/format.h>

#include "app/audit/audit_job.hpp"
#include "app/audit/audit_text.hpp"
#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/database_login.hpp"
#include "app/exit_code.hpp"
#include "app/secret_source.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr std::int64_t k_wanted = 5;  // unless --fail-on says otherwise: what agencies publish by

Refused wrong_option(const std::string& option, const std::string& why) {
  return {fmt::format("cannot use {}: {}", option, why), "see `moretta audit --help`"};
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::size_t begin = 0;
  while (begin <= list.size() && !list.empty()) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    items.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

// COLUMN=SPACE, or SPACE for all columns.
std::map<std::string, std::string> spaces_of(const std::vector<std::string>& given) {
  std::map<std::string, std::string> spaces;
  for (const std::string& text : given) {
    const std::size_t equals = text.find('=');
    const std::string column = equals == std::string::npos ? "" : text.substr(0, equals);
    const std::string name = equals == std::string::npos ? text : text.substr(equals + 1);
    const auto space = audit::Space::parse(name);
    if (!space) {
      throw wrong_option("--space " + text, space.error());
    }
    if (!spaces.try_emplace(column, name).second) {
      throw wrong_option("--space " + text, column.empty()
                                                ? "another one already holds for all columns"
                                                : "another one already holds for " + column);
    }
  }
  return spaces;
}

// Without a configuration: what --table is enough for.
SecretBytes database_url(const AuditOptions& options, const World& world) {
  const std::string given = options.overrides.database_url
                                ? *options.overrides.database_url
                                : world.environment("DATABASE_URL").value_or("");
  if (given.empty()) {
    throw Refused("cannot audit: nobody said where the database is",
                  "set DATABASE_URL, or give --database-url or --config");
  }
  if (!is_secret_reference(given)) {
    return SecretBytes(given);
  }
  auto url = read_secret(given, world.environment);
  if (!url) {
    throw Refused("cannot read where the database is: " + url.error(), "set it, or give --config");
  }
  return connection_text(std::move(url).value());
}

int threads_of(const AuditOptions& options) {
  if (options.cores > 0) {
    return std::min(options.cores, audit::prove_threads_max);
  }
  const auto machine = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(machine, 1, audit::prove_threads_max);
}

AuditJob job_of(const AuditOptions& options, const audit::Thresholds& thresholds) {
  AuditJob job{.table = options.table,
               .group_columns = split(options.group_columns),
               .k_min = thresholds.k > 0 ? thresholds.k : k_wanted,
               .spaces = spaces_of(options.spaces)};
  if (options.prove_seconds > 0) {
    job.prove = {.budget = Seconds(options.prove_seconds), .threads = threads_of(options)};
  }
  return job;
}

}  // namespace

int audit(const AuditOptions& options, World& world) {
  const auto thresholds = audit::Thresholds::parse(options.fail_on);
  if (!thresholds) {
    throw wrong_option("--fail-on", thresholds.error());
  }
  AuditJob job = job_of(options, thresholds.value());
  if (job.group_columns.empty() && thresholds.value().k > 0) {
    throw wrong_option("--fail-on k=N", "there are no groups without --k COLUMNS");
  }
  std::optional<Config> config;
  if (options.table.empty() || options.overrides.config || options.overrides.preset) {
    config = load_config(options.overrides, world.environment, {.database = Need::yes});
    job.table = options.table.empty() ? config->table.name : options.table;
    job.declared = job.table == config->table.name ? &config->table : nullptr;
  }
  const pg::Conninfo conninfo =
      config ? conninfo_of(*config) : pg::Conninfo(database_url(options, world).view());
  pg::Connection connection(conninfo, {.purpose = "moretta audit"});
  const Audited audited = audit_table(job, connection, world);
  world.out << (options.output == Output::json ? audit_json(audited.report)
                                               : audit_text(audited.report))
            << std::flush;
  return audit::crosses(thresholds.value(), audited.report.findings) ? exit_rejects : exit_done;
}

}  // namespace moretta::app
