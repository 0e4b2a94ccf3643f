#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/inspect.hpp"
#include "base/json_text.hpp"
#include "pg/ledger_lookup.hpp"
#include "pg/worker_marks.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t records_max = 100;

// The ledger's entry of a message, and what is known of its storing.
struct Stored {
  pg::LedgerEntry entry;
  std::optional<pg::Storing> storing;
};

std::string writers_json(const std::vector<pg::Writer>& writers) {
  std::string list;
  for (const pg::Writer& writer : writers) {
    list += fmt::format(R"({}{{"version":{},"config":{}}})", list.empty() ? "" : ",",
                        json_string(writer.version), json_string(writer.config));
  }
  return "[" + list + "]";
}

std::string storing_text(const pg::Storing& storing) {
  std::string text = fmt::format("  stored between {} and {}, by", moment_text(storing.after),
                                 moment_text(storing.before));
  for (const pg::Writer& writer : storing.writers) {
    text += fmt::format("{} moretta {} with configuration {}",
                        &writer == &storing.writers.front() ? "" : " or", writer.version,
                        writer.config);
  }
  return text + "\n";
}

std::string trace_json(const std::string& message_id, const std::vector<Stored>& ledger,
                       const std::vector<pg::QuarantineEntry>& records) {
  std::string keys;
  for (const auto& [entry, storing] : ledger) {
    keys += fmt::format(R"({}{{"key":"{}","sent_at":"{}")", keys.empty() ? "" : ",", entry.key,
                        moment_text(entry.sent_at));
    if (storing) {
      keys += fmt::format(R"(,"stored_after":"{}","stored_before":"{}","by":{})",
                          moment_text(storing->after), moment_text(storing->before),
                          writers_json(storing->writers));
    }
    keys += "}";
  }
  std::string quarantined;
  for (const pg::QuarantineEntry& record : records) {
    quarantined += (quarantined.empty() ? "" : ",") + quarantine_json(record);
  }
  const std::string_view state = !records.empty()  ? "quarantined"
                                 : !ledger.empty() ? "stored"
                                                   : "never_seen";
  return fmt::format(R"({{"message_id":{},"state":"{}","ledger":[{}],"quarantine":[{}]}})",
                     json_string(message_id), state, keys, quarantined);
}

void print_trace(const std::vector<Stored>& ledger, const std::vector<pg::QuarantineEntry>& records,
                 World& world) {
  for (const pg::QuarantineEntry& record : records) {
    world.out << fmt::format("quarantined at {}: {}{}{}\n", record.quarantined_at, record.reason,
                             record.column.empty() ? "" : ", column " + record.column,
                             record.pointer.empty() ? "" : ", at " + record.pointer);
  }
  if (records.empty()) {
    for (const auto& [entry, storing] : ledger) {
      world.out << fmt::format(
          "stored: sent at {}, ledger key {}; delivered again, it is a duplicate\n",
          moment_text(entry.sent_at), entry.key);
      world.out << (storing ? storing_text(*storing) : "");
    }
  }
  if (ledger.empty() && records.empty()) {
    world.out << "never seen: neither in the ledger nor in the quarantine\n";
  }
  world.out.flush();
}

}  // namespace

int trace(const TraceOptions& options, World& world) {
  const WallTime now = world.clock.wall();
  const pg::SentBetween sent{.from = moment_option("--from", options.from, now),
                             .before = moment_option("--before", options.before, now)};
  Inspection inspection(options.overrides, world);
  pg::QuarantineFilter filter;
  filter.message_id = options.message_id;
  const auto records = inspection.quarantine().find(filter, records_max);
  std::vector<Stored> ledger;
  const pg::TableName& table = inspection.tables().ledger;
  for (pg::LedgerEntry& entry :
       pg::find_in_ledger(inspection.connection(), table, options.message_id, sent)) {
    auto storing = pg::find_storing(inspection.connection(), table, entry.key);
    ledger.push_back({.entry = std::move(entry), .storing = std::move(storing)});
  }
  if (options.output == Output::json) {
    world.out << trace_json(options.message_id, ledger, records) << std::endl;
  } else {
    print_trace(ledger, records, world);
  }
  return ledger.empty() && records.empty() ? exit_failed : exit_done;
}

}  // namespace moretta::app
