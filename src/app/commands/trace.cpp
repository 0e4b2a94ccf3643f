#include <algorithm>
#include <array>
#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/exit_code.hpp"
#include "app/inspect.hpp"
#include "base/json_text.hpp"
#include "pg/ledger_lookup.hpp"
#include "pg/row_lookup.hpp"
#include "pg/worker_marks.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t records_max = 100;

// The ledger's entry of a message, what is known of its storing, and its row.
struct Stored {
  pg::LedgerEntry entry;
  std::optional<pg::Storing> storing;
  pg::FoundRow row;
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

// Its row is another message's, which was there first.
bool is_passed_over(const Stored& stored) {
  return stored.entry.met_how == "ignored";
}

std::string by_name(pg::FoundRow::By by) {
  constexpr std::array<std::string_view, 5> names = {"nothing", "message_id", "business_key",
                                                     "sent_at", "transaction"};
  return std::string(names.at(static_cast<std::size_t>(by)));
}

std::string place_json(const pg::FoundRow::Place& place) {
  return fmt::format(R"("ctid":{},"key":{})", json_string(place.ctid),
                     place.key.empty() ? "null" : place.key);
}

std::string row_json(const pg::FoundRow& row) {
  std::string candidates;
  for (const pg::FoundRow::Place& place : row.places) {
    candidates += fmt::format("{}{{{}}}", candidates.empty() ? "" : ",", place_json(place));
  }
  return fmt::format(
      R"({{"found_by":"{}","rows":{},"messages":{},{},"candidates":[{}],"where":{},"why_not":{}}})",
      by_name(row.by), row.count, row.messages ? std::to_string(*row.messages) : "null",
      row.is_certain() ? place_json(row.places.front()) : R"("ctid":null,"key":null)", candidates,
      json_string(row.condition), row.why_not.empty() ? "null" : json_string(row.why_not));
}

std::string stored_json(const Stored& stored) {
  const auto& [entry, storing, row] = stored;
  std::string text =
      fmt::format(R"({{"key":"{}","sent_at":"{}")", entry.key, moment_text(entry.sent_at));
  if (storing) {
    text += fmt::format(R"(,"stored_after":"{}","stored_before":"{}","by":{})",
                        moment_text(storing->after), moment_text(storing->before),
                        writers_json(storing->writers));
  }
  if (!entry.met_row.empty()) {
    text +=
        fmt::format(R"(,"{}":{})", is_passed_over(stored) ? "duplicate_of" : "took_the_place_of",
                    entry.met_row);
  }
  return text + fmt::format(R"(,"row":{}}})", row.condition.empty() ? "null" : row_json(row));
}

std::string trace_json(const std::string& message_id, const std::vector<Stored>& ledger,
                       const std::vector<pg::QuarantineEntry>& records) {
  std::string keys;
  for (const Stored& stored : ledger) {
    keys += (keys.empty() ? "" : ",") + stored_json(stored);
  }
  std::string quarantined;
  for (const pg::QuarantineEntry& record : records) {
    quarantined += (quarantined.empty() ? "" : ",") + quarantine_json(record);
  }
  const std::string_view state = !records.empty()                              ? "quarantined"
                                 : ledger.empty()                              ? "never_seen"
                                 : std::ranges::all_of(ledger, is_passed_over) ? "duplicate"
                                                                               : "stored";
  return fmt::format(R"({{"message_id":{},"state":"{}","ledger":[{}],"quarantine":[{}]}})",
                     json_string(message_id), state, keys, quarantined);
}

std::string place_text(const pg::FoundRow::Place& place, const Table& table) {
  return fmt::format("{} of {}{}", place.ctid, table.name,
                     place.key.empty() ? "" : ", " + place.key);
}

std::string no_row_text(pg::FoundRow::By by, const Table& table) {
  switch (by) {
    case pg::FoundRow::By::message_id:
    case pg::FoundRow::By::business_key:
    case pg::FoundRow::By::sent_at:
      return fmt::format("  no row of {} has {} now: it was changed or deleted since\n", table.name,
                         by == pg::FoundRow::By::message_id     ? "its id"
                         : by == pg::FoundRow::By::business_key ? "that key"
                                                                : "its time of sending");
    default:
      return fmt::format("  the rows of {} that came with it were changed or deleted since\n",
                         table.name);
  }
}

std::string_view common_to_rows(pg::FoundRow::By by) {
  return by == pg::FoundRow::By::sent_at       ? "that were sent in the same millisecond"
         : by == pg::FoundRow::By::transaction ? "that came in one transaction"
                                               : "that say so";
}

// What the table cannot tell apart.
std::string candidates_text(const pg::FoundRow& row, const Table& table) {
  std::string text =
      row.count == 1
          ? fmt::format("  perhaps row {}: {}\n", place_text(row.places.front(), table),
                        row.messages
                            ? fmt::format("the only one {}, of {} messages; the others are gone",
                                          common_to_rows(row.by), *row.messages)
                            : "it came with it, but may be another message's")
          : fmt::format("  one of {} rows of {} {}: WHERE {}\n", row.count, table.name,
                        common_to_rows(row.by), row.condition);
  if (row.count > 1) {
    for (const pg::FoundRow::Place& place : row.places) {
      text += fmt::format("    row {}\n", place_text(place, table));
    }
    const auto left = row.count - static_cast<std::int64_t>(row.places.size());
    text += left == 0 ? "" : fmt::format("    and {} more\n", left);
  }
  return row.by == pg::FoundRow::By::message_id
             ? text
             : text + "  a column `from: $message_id` with `mask: keep` would tell which\n";
}

std::string row_text(const pg::FoundRow& row, const Table& table) {
  if (row.by == pg::FoundRow::By::nothing) {
    return fmt::format("  its row of {} was not looked for: {}\n", table.name, row.why_not);
  }
  if (row.count == 0) {
    return no_row_text(row.by, table);
  }
  return row.is_certain() ? fmt::format("  row {}\n", place_text(row.places.front(), table))
                          : candidates_text(row, table);
}

void print_stored(const Stored& stored, const Table& table, World& world) {
  const pg::LedgerEntry& entry = stored.entry;
  world.out << (is_passed_over(stored)
                    ? fmt::format("duplicate of the row with {}, which stayed: sent at {}, ledger "
                                  "key {}\n",
                                  entry.met_row, moment_text(entry.sent_at), entry.key)
                    : fmt::format("stored: sent at {}, ledger key {}; delivered again, it is a "
                                  "duplicate\n",
                                  moment_text(entry.sent_at), entry.key));
  if (!entry.met_row.empty() && !is_passed_over(stored)) {
    world.out << fmt::format("  took the place of an earlier row with {}\n", entry.met_row);
  }
  world.out << row_text(stored.row, table);
  world.out << (stored.storing ? storing_text(*stored.storing) : "");
}

void print_trace(const std::vector<Stored>& ledger, const std::vector<pg::QuarantineEntry>& records,
                 const Table& table, World& world) {
  for (const pg::QuarantineEntry& record : records) {
    world.out << fmt::format("quarantined at {}: {}{}{}\n", record.quarantined_at, record.reason,
                             record.column.empty() ? "" : ", column " + record.column,
                             record.pointer.empty() ? "" : ", at " + record.pointer);
  }
  if (records.empty()) {
    for (const Stored& stored : ledger) {
      print_stored(stored, table, world);
    }
  }
  if (ledger.empty() && records.empty()) {
    world.out << "never seen: neither in the ledger nor in the quarantine\n";
  }
  world.out.flush();
}

// The column that holds what the queue says of a message, as it is.
std::string kept_column(const Table& table, Origin origin) {
  for (std::size_t i = 0; i < table.mapping.size(); ++i) {
    const Column& column = table.mapping[i];
    const bool is_whole = origin != Origin::sent_at || column.type == ColumnType::timestamptz;
    if (column.origin == origin && is_whole && table.policies[i].method == mask::Method::keep) {
      return column.name;
    }
  }
  return {};
}

enum class Rows { look_for, leave };  // a quarantined message has none

std::vector<Stored> find_stored(const std::string& message_id, const pg::SentBetween& sent,
                                Rows rows, Inspection& inspection) {
  std::vector<Stored> found;
  pg::Connection& connection = inspection.connection();
  const pg::Tables& tables = inspection.tables();
  const Table& table = inspection.table();
  for (pg::LedgerEntry& entry : pg::find_in_ledger(connection, tables.ledger, message_id, sent)) {
    Stored stored{.entry = std::move(entry), .storing = {}, .row = {}};
    stored.storing = pg::find_storing(connection, tables.ledger, stored.entry.key);
    if (rows == Rows::look_for) {
      stored.row = pg::find_row(connection, {.table = tables.target,
                                             .ledger = tables.ledger,
                                             .quarantine = tables.quarantine,
                                             .mapping = table.mapping,
                                             .key = table.key,
                                             .id_column = kept_column(table, Origin::message_id),
                                             .sent_column = kept_column(table, Origin::sent_at),
                                             .message_id = message_id,
                                             .entry = stored.entry});
    }
    found.push_back(std::move(stored));
  }
  return found;
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
  const std::vector<Stored> ledger = find_stored(
      options.message_id, sent, records.empty() ? Rows::look_for : Rows::leave, inspection);
  if (options.output == Output::json) {
    world.out << trace_json(options.message_id, ledger, records) << std::endl;
  } else {
    print_trace(ledger, records, inspection.table(), world);
  }
  return ledger.empty() && records.empty() ? exit_failed : exit_done;
}

}  // namespace moretta::app
