#include "app/unmask/audit_table.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view writing = "write the audit record";
constexpr std::string_view reading = "read the audit records";
constexpr int batch_rows = 1000;  // of one question; a record of the largest run has 3 MB

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

AuditRecord record_of(const pg::Answer& answer, int row) {
  const auto text = [&](int column) {
    return std::string(answer.value(row, column));
  };
  return {.seq = number_of(answer.value(row, 0)),
          .at = text(1),
          .who = text(2),
          .db_role = text(3),
          .reason = text(4),
          .ticket = text(5),
          .action = text(6),
          .subject = text(7),
          .count = static_cast<std::size_t>(number_of(answer.value(row, 8))),
          .digests = text(9),
          .key_id = static_cast<int>(number_of(answer.value(row, 10))),
          .kcv = text(11),
          .mac = text(12)};
}

}  // namespace

AuditTable::AuditTable(const pg::Conninfo& conninfo, pg::TableName table)
    : connection_(conninfo, {.purpose = "moretta-unmask audit"}), table_(std::move(table)) {}

// A record under a wrong key would stand in the chain for ever.
void AuditTable::expect_known(const mask::MasterKey& key) {
  const pg::TableName registry = table_.beside("pii_key_registry");
  const std::array<std::string, 2> parameters = {std::to_string(key.id),
                                                 mask::key_check_value(key)};
  const pg::Answer other = connection_.run(
      "look up the keys in use",
      fmt::format("SELECT kcv FROM {} WHERE id = $1::int AND kcv <> $2 LIMIT 1", registry.quoted()),
      parameters);
  if (other.rows() > 0) {
    throw Refused(fmt::format("cannot use this key: it is not the key {} that has written here; "
                              "its check value is {}, not {}",
                              key.id, parameters[1], other.value(0, 0)),
                  "take the right one out of the backup");
  }
}

void AuditTable::append(AuditRecord& record, const mask::MasterKey& key) {
  // One at a time, or two records would follow the same one. Durable whatever the role's default.
  connection_.run(writing,
                  "BEGIN; SET LOCAL synchronous_commit = on; "
                  "SELECT pg_advisory_xact_lock(1836020325, 2)");
  const pg::Answer role = connection_.run(writing, "SELECT session_user");
  record.db_role = role.value(0, 0);
  expect_known(key);
  const pg::Answer last = connection_.run(
      writing, fmt::format("SELECT seq, mac FROM {} ORDER BY seq DESC LIMIT 1", table_.quoted()));
  const bool is_first = last.rows() == 0;
  chain(record, is_first ? 0 : number_of(last.value(0, 0)),
        is_first ? std::string_view() : last.value(0, 1), key);
  const std::array<std::string, 13> parameters = {std::to_string(record.seq),
                                                  record.at,
                                                  record.who,
                                                  record.db_role,
                                                  record.reason,
                                                  record.ticket,
                                                  record.action,
                                                  record.subject,
                                                  std::to_string(record.count),
                                                  record.digests,
                                                  std::to_string(record.key_id),
                                                  record.kcv,
                                                  record.mac};
  connection_.run(writing,
                  fmt::format("INSERT INTO {} (seq, at, who, db_role, reason, ticket, action, "
                              "subject, count, digests, key_id, kcv, mac) VALUES ($1, $2, $3, $4, "
                              "$5, $6, $7, $8, $9, $10, $11, $12, $13)",
                              table_.quoted()),
                  parameters);
  connection_.run(writing, "COMMIT");
}

void AuditTable::each(const std::function<void(const AuditRecord&)>& take) {
  std::int64_t after = INT64_MIN;
  for (int rows = batch_rows; rows == batch_rows;) {
    const std::array<std::string, 1> parameters = {std::to_string(after)};
    const pg::Answer answer = connection_.run(
        reading,
        fmt::format("SELECT seq, at, who, db_role, reason, ticket, action, subject, count, "
                    "digests, key_id, kcv, mac FROM {} WHERE seq > $1 ORDER BY seq LIMIT {}",
                    table_.quoted(), batch_rows),
        parameters);
    rows = answer.rows();
    for (int row = 0; row < rows; ++row) {
      const AuditRecord record = record_of(answer, row);
      after = record.seq;
      take(record);
    }
  }
}

}  // namespace moretta::app
