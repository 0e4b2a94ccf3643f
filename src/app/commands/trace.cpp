#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/inspect.hpp"
#include "base/json_text.hpp"
#include "pg/ledger_lookup.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t records_max = 100;

std::string trace_json(const std::string& message_id, const std::vector<pg::LedgerEntry>& ledger,
                       const std::vector<pg::QuarantineEntry>& records) {
  std::string keys;
  for (const pg::LedgerEntry& entry : ledger) {
    keys += fmt::format(R"({}{{"key":"{}","sent_at":"{}"}})", keys.empty() ? "" : ",", entry.key,
                        moment_text(entry.sent_at));
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

void print_trace(const std::vector<pg::LedgerEntry>& ledger,
                 const std::vector<pg::QuarantineEntry>& records, World& world) {
  for (const pg::QuarantineEntry& record : records) {
    world.out << fmt::format("quarantined at {}: {}{}{}\n", record.quarantined_at, record.reason,
                             record.column.empty() ? "" : ", column " + record.column,
                             record.pointer.empty() ? "" : ", at " + record.pointer);
  }
  if (records.empty()) {
    for (const pg::LedgerEntry& entry : ledger) {
      world.out << fmt::format(
          "stored: sent at {}, ledger key {}; delivered again, it is a duplicate\n",
          moment_text(entry.sent_at), entry.key);
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
  const auto ledger = pg::find_in_ledger(inspection.connection(), inspection.tables().ledger,
                                         options.message_id, sent);
  if (options.output == Output::json) {
    world.out << trace_json(options.message_id, ledger, records) << std::endl;
  } else {
    print_trace(ledger, records, world);
  }
  return ledger.empty() && records.empty() ? exit_failed : exit_done;
}

}  // namespace moretta::app
