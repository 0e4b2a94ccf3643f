#include "pg/quarantine_replay.hpp"

#include <array>
#include <charconv>

#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"
#include "pg/statements.hpp"

namespace moretta::pg {

namespace {

constexpr std::string_view reading = "read the quarantine";
constexpr std::string_view replaying = "replay a message of the quarantine";
constexpr std::string_view first_key = "00000000-0000-0000-0000-000000000000";

WallTime moment_of(std::string_view millis) {
  std::int64_t count = 0;
  std::from_chars(millis.data(), millis.data() + millis.size(), count);
  return WallTime(Millis(count));
}

std::string bytes_of(std::string_view hex_text) {
  auto bytes = from_hex(hex_text);
  if (!bytes) {
    throw Refused("cannot read the quarantine: a sealed body is damaged", "restore the table");
  }
  return std::move(bytes).value();
}

}  // namespace

QuarantineReplay::QuarantineReplay(Connection& connection, Tables tables, Mapping mapping)
    : connection_(connection),
      tables_(std::move(tables)),
      mapping_(std::move(mapping)),
      parameters_(mapping_) {}

std::vector<SealedRecord> QuarantineReplay::after(const std::string& key,
                                                  const QuarantineFilter& filter,
                                                  std::size_t limit) {
  std::vector<std::string> texts = filter_parameters(filter);
  texts.push_back(std::to_string(limit));
  texts.push_back(key.empty() ? std::string(first_key) : key);
  const Answer answer = connection_.run(reading,
                                        fill(without_comments(sql::quarantine_sealed_sql),
                                             {{"quarantine", tables_.quarantine.quoted()}}),
                                        texts);
  std::vector<SealedRecord> records;
  for (int row = 0; row < answer.rows(); ++row) {
    const auto text = [&](int column) {
      return std::string(answer.value(row, column));
    };
    SealedRecord record{.key = text(0),
                        .message_id = text(1),
                        .reason = text(2),
                        .column = text(3),
                        .sealed_body = bytes_of(answer.value(row, 4)),
                        .received_at = moment_of(answer.value(row, 6))};
    if (!answer.value(row, 5).empty()) {
      record.sent_at = moment_of(answer.value(row, 5));
    }
    records.push_back(std::move(record));
  }
  return records;
}

// Deleting locks the record: who comes second finds none, and writes nothing.
QuarantineReplay::End QuarantineReplay::replace(const std::string& key, Row row, Trial trial) {
  Writes writes;
  writes.rows.push_back({.key = {}, .row = std::move(row)});
  const std::array<Item, 1> items = {Item{}};
  connection_.run(replaying, "BEGIN");
  const Answer taken = connection_.run(
      replaying, "DELETE FROM " + tables_.quarantine.quoted() + " WHERE ledger_key = $1::uuid",
      std::array{key});
  if (taken.affected() == 0) {
    connection_.run(replaying, "ROLLBACK");
    return {.how = Replayed::gone};
  }
  const auto stored = store(writes, {.rows = items, .quarantine = {}});
  if (!stored) {
    connection_.run(replaying, "ROLLBACK");
    return {.how = Replayed::refused, .error = stored.error()};
  }
  connection_.run(replaying, trial == Trial::yes ? "ROLLBACK" : "COMMIT");
  return {};
}

Result<Answer, ServerError> QuarantineReplay::store(const Writes& writes, const Part& part) {
  const VaultMemory nothing_known;
  const Shape shape{.attempt = Attempt::plain,
                    .vault = parameters_.gather_vault(writes, part, nothing_known)};
  const Parameters& parameters = parameters_.encode(writes, part, shape);
  const Statement statement = build_statement(tables_, mapping_, shape);
  return connection_.query(replaying, statement.sql, statement.types, parameters);
}

}  // namespace moretta::pg
