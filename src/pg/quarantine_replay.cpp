#include "pg/quarantine_replay.hpp"

#include <array>

#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "pg/ledger_lookup.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"
#include "pg/statements.hpp"

namespace moretta::pg {

namespace {

constexpr std::string_view reading = "read the quarantine";
constexpr std::string_view replaying = "replay a message of the quarantine";
constexpr std::string_view first_key = "00000000-0000-0000-0000-000000000000";

std::string bytes_of(std::string_view hex_text) {
  auto bytes = from_hex(hex_text);
  if (!bytes) {
    throw Refused("cannot read the quarantine: a sealed body is damaged", "restore the table");
  }
  return std::move(bytes).value();
}

}  // namespace

QuarantineReplay::QuarantineReplay(Connection& connection, Target target)
    : connection_(connection), target_(std::move(target)), parameters_(target_.mapping) {}

std::vector<SealedRecord> QuarantineReplay::after(const std::string& key,
                                                  const QuarantineFilter& filter,
                                                  std::size_t limit) {
  std::vector<std::string> texts = filter_parameters(filter);
  texts.push_back(std::to_string(limit));
  texts.push_back(key.empty() ? std::string(first_key) : key);
  const Answer answer = connection_.run(reading,
                                        fill(without_comments(sql::quarantine_sealed_sql),
                                             {{"quarantine", target_.tables.quarantine.quoted()}}),
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
                        .receive_count = static_cast<int>(answer.integer(row, 7)),
                        .received_at = WallTime(Millis(answer.integer(row, 6)))};
    if (!answer.value(row, 5).empty()) {
      record.sent_at = WallTime(Millis(answer.integer(row, 5)));
    }
    records.push_back(std::move(record));
  }
  return records;
}

// Deleting locks the record: who comes second finds none, and writes nothing.
QuarantineReplay::End QuarantineReplay::replace(const std::string& key, Row row, Trial trial) {
  Writes writes;
  writes.rows.push_back({.key = key_of_uuid(key), .row = std::move(row)});
  const std::array<Item, 1> items = {Item{}};
  connection_.run(replaying, "BEGIN");
  const Answer taken = connection_.run(
      replaying,
      "DELETE FROM " + target_.tables.quarantine.quoted() + " WHERE ledger_key = $1::uuid",
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
  const bool has_conflicted = target_.key.settles_conflicts() && has_met(stored.value(), 0);
  if (has_conflicted) {
    note_met(writes, {.rows = items, .quarantine = {}});
  }
  connection_.run(replaying, trial == Trial::yes ? "ROLLBACK" : "COMMIT");
  const bool is_passed_over = has_conflicted && target_.key.on_conflict == OnConflict::ignore;
  return {.how = is_passed_over ? Replayed::passed_over : Replayed::stored};
}

Result<Answer, ServerError> QuarantineReplay::store(const Writes& writes, const Part& part) {
  const VaultMemory nothing_known;
  const Shape shape{.attempt = target_.ledger == Ledger::on ? Attempt::tolerant : Attempt::plain,
                    .vault = parameters_.gather_vault(writes, part, nothing_known),
                    .replay = true};
  const Parameters& parameters = parameters_.encode(writes, part, shape);
  const Statement statement =
      build_statement(target_.tables, target_.mapping, shape, {.key = target_.key});
  return connection_.query(replaying, statement.sql, statement.types, parameters);
}

void QuarantineReplay::note_met(const Writes& writes, const Part& part) {
  const Parameters& parameters = parameters_.encode(writes, part, {.attempt = Attempt::tolerant});
  const Statement met = build_met_statement(target_.tables, target_.mapping, target_.key);
  const auto noted = connection_.query(replaying, met.sql, met.types, parameters);
  ENSURE(noted.ok());  // of values that the table has taken
}

}  // namespace moretta::pg
