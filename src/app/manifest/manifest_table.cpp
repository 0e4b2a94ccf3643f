#include "app/manifest/manifest_table.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "pg/schema.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view writing = "write the masking manifest";
constexpr std::string_view reading = "read the masking manifest";
constexpr int batch_rows = 1000;  // of one question; a record has one to a few kB

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

ManifestRecord record_of(const pg::Answer& answer, int row) {
  const auto text = [&](int column) {
    return std::string(answer.value(row, column));
  };
  const auto number = [&](int column) {
    return number_of(answer.value(row, column));
  };
  return {.seq = number(0),
          .since = text(1),
          .at = text(2),
          .version = text(3),
          .config = text(4),
          .db_role = text(5),
          .counts = {.stored = number(6), .duplicate = number(7), .quarantined = number(8)},
          .masks = text(9),
          .key_id = static_cast<int>(number(10)),
          .kcv = text(11),
          .mac = text(12)};
}

}  // namespace

ManifestTable::ManifestTable(pg::Connection& connection, const pg::TableName& target)
    : connection_(connection), table_(pg::manifest_beside(target)) {}

bool ManifestTable::may_append() {
  const pg::Answer answer =
      connection_.run(writing,
                      "SELECT coalesce(has_table_privilege(to_regclass($1), 'SELECT') AND "
                      "has_table_privilege(to_regclass($1), 'INSERT'), false)",
                      std::array{table_.quoted()});
  return answer.is_true(0, 0);
}

void ManifestTable::append(ManifestRecord& record, const mask::MasterKey& key) {
  // One at a time, or two records would follow the same one. Durable whatever the role's default.
  connection_.run(writing,
                  "BEGIN; SET LOCAL synchronous_commit = on; "
                  "SELECT pg_advisory_xact_lock(1836020325, 3)");
  record.db_role = connection_.run(writing, "SELECT session_user").value(0, 0);
  const pg::Answer last = connection_.run(
      writing, fmt::format("SELECT seq, mac FROM {} ORDER BY seq DESC LIMIT 1", table_.quoted()));
  const bool is_first = last.rows() == 0;
  chain(record, is_first ? 0 : number_of(last.value(0, 0)),
        is_first ? std::string_view() : last.value(0, 1), key);
  const std::array<std::string, 13> parameters = {std::to_string(record.seq),
                                                  record.since,
                                                  record.at,
                                                  record.version,
                                                  record.config,
                                                  record.db_role,
                                                  std::to_string(record.counts.stored),
                                                  std::to_string(record.counts.duplicate),
                                                  std::to_string(record.counts.quarantined),
                                                  record.masks,
                                                  std::to_string(record.key_id),
                                                  record.kcv,
                                                  record.mac};
  connection_.run(writing,
                  fmt::format("INSERT INTO {} (seq, since, at, version, config, db_role, stored, "
                              "duplicate, quarantined, masks, key_id, kcv, mac) VALUES ($1, $2, "
                              "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                              table_.quoted()),
                  parameters);
  connection_.run(writing, "COMMIT");
}

void ManifestTable::each(const std::function<void(const ManifestRecord&)>& take) {
  std::int64_t after = INT64_MIN;
  for (int rows = batch_rows; rows == batch_rows;) {
    const std::array<std::string, 1> parameters = {std::to_string(after)};
    const pg::Answer answer = connection_.run(
        reading,
        fmt::format("SELECT seq, since, at, version, config, db_role, stored, duplicate, "
                    "quarantined, masks, key_id, kcv, mac FROM {} WHERE seq > $1 ORDER BY seq "
                    "LIMIT {}",
                    table_.quoted(), batch_rows),
        parameters);
    rows = answer.rows();
    for (int row = 0; row < rows; ++row) {
      const ManifestRecord record = record_of(answer, row);
      after = record.seq;
      take(record);
    }
  }
}

}  // namespace moretta::app
