#include "pg/quarantine.hpp"

#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/inspect.hpp"
#include "app/summary.hpp"
#include "app/text_table.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t records_of_a_message_max = 100;  // two at most, unless ids repeat

pg::QuarantineFilter filter_of(const QuarantineChoice& choice, const World& world) {
  return {.reason = choice.reason,
          .column = choice.column,
          .message_id = {},
          .from = moment_option("--from", choice.from, world.clock.wall()),
          .before = moment_option("--before", choice.before, world.clock.wall())};
}

std::string entries_text(const std::vector<pg::QuarantineEntry>& entries) {
  constexpr int cell_columns_max = 40;
  std::vector<std::vector<std::string>> rows = {
      {"quarantined at", "reason", "column", "at", "SQLSTATE", "bytes", "message"}};
  for (const pg::QuarantineEntry& entry : entries) {
    rows.push_back({entry.quarantined_at, entry.reason, entry.column, entry.pointer, entry.sqlstate,
                    grouped(entry.body_bytes), entry.message_id});
  }
  return text_table(rows, 0, cell_columns_max);
}

std::string counts_text(const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  std::int64_t total = 0;
  std::string reasons;
  for (const auto& [reason, count] : counts) {
    total += count;
    reasons += fmt::format("{}{} {}", reasons.empty() ? ": " : ", ", grouped(count), reason);
  }
  return fmt::format("{} message{}{}\n", grouped(total), total == 1 ? "" : "s", reasons);
}

void print_entry(const pg::QuarantineEntry& entry, std::ostream& out) {
  const auto line = [&out](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      out << fmt::format("{:<16}{}\n", name, value);
    }
  };
  line("message", entry.message_id);
  line("reason", entry.reason);
  line("column", entry.column);
  line("at", entry.pointer);
  line("SQLSTATE", entry.sqlstate);
  line("body", grouped(entry.body_bytes) + " bytes, sealed");
  line("received", grouped(entry.receive_count) + (entry.receive_count == 1 ? " time" : " times"));
  line("sent at", entry.sent_at);
  line("quarantined at", entry.quarantined_at);
  line("configuration", entry.config_fingerprint);
}

}  // namespace

int quarantine_list(const QuarantineListOptions& options, World& world) {
  const pg::QuarantineFilter filter = filter_of(options.choice, world);
  Inspection inspection(options.overrides, world);
  pg::Quarantine quarantine = inspection.quarantine();
  const auto entries = quarantine.find(filter, static_cast<std::size_t>(options.limit));
  if (options.output == Output::json) {
    for (const pg::QuarantineEntry& entry : entries) {
      world.out << quarantine_json(entry) << "\n";
    }
    world.out.flush();
    return exit_done;
  }
  if (!entries.empty()) {
    world.out << entries_text(entries) << "\n";
  }
  world.out << counts_text(quarantine.count(filter)) << std::flush;
  return exit_done;
}

int quarantine_show(const QuarantineShowOptions& options, World& world) {
  Inspection inspection(options.overrides, world);
  pg::QuarantineFilter filter;
  filter.message_id = options.message_id;
  const auto entries = inspection.quarantine().find(filter, records_of_a_message_max);
  for (const pg::QuarantineEntry& entry : entries) {
    if (options.output == Output::json) {
      world.out << quarantine_json(entry) << "\n";
    } else {
      print_entry(entry, world.out);
      world.out << "\n";
    }
  }
  world.out.flush();
  if (entries.empty()) {
    world.err << "moretta: there is no such message in the quarantine\n"
                 "  `moretta trace` says whether it was stored\n"
              << std::flush;
    return exit_failed;
  }
  if (options.output == Output::people) {
    world.err << "docs/reasons.md says what each reason means and what to do; moretta-unmask opens "
                 "the body\n"
              << std::flush;
  }
  return exit_done;
}

int quarantine_purge(const QuarantinePurgeOptions& options, World& world) {
  const pg::QuarantineFilter filter = filter_of(options.choice, world);
  if (filter.is_empty()) {
    world.err << "moretta: say what to purge: --reason, --column, --from, --before\n"
                 "  everything is `--before 0d`\n"
              << std::flush;
    return exit_usage;
  }
  Inspection inspection(options.overrides, world);
  pg::Quarantine quarantine = inspection.quarantine();
  if (options.confirm == Confirm::no) {
    world.out << "would delete " << counts_text(quarantine.count(filter))
              << "add --yes to do it; it cannot be undone\n"
              << std::flush;
    return exit_done;
  }
  world.out << fmt::format("deleted {}\n", grouped(quarantine.purge(filter))) << std::flush;
  return exit_done;
}

}  // namespace moretta::app
