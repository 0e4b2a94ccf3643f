#include "app/unmask/audit_table.hpp"

#include <array>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace moretta::app {

namespace {

// As chain_fields has them, and the mac.
constexpr std::array<std::string_view, 13> columns = {
    "seq",     "at",    "who",     "db_role", "reason", "ticket", "action",
    "subject", "count", "digests", "key_id",  "kcv",    "mac"};

constexpr ChainTable::Shape shape{.writing = "write the audit record",
                                  .reading = "read the audit records",
                                  .columns = columns,
                                  .lock = 2};

AuditRecord record_of(const pg::Answer& answer, int row) {
  const auto text = [&](int column) {
    return std::string(answer.value(row, column));
  };
  return {.seq = answer.integer(row, 0),
          .at = text(1),
          .who = text(2),
          .db_role = text(3),
          .reason = text(4),
          .ticket = text(5),
          .action = text(6),
          .subject = text(7),
          .count = static_cast<std::size_t>(answer.integer(row, 8)),
          .digests = text(9),
          .key_id = static_cast<int>(answer.integer(row, 10)),
          .kcv = text(11),
          .mac = text(12)};
}

}  // namespace

AuditTable::AuditTable(const pg::Conninfo& conninfo, pg::TableName table)
    : connection_(conninfo, {.purpose = "moretta-unmask audit"}),
      table_(connection_, std::move(table), shape) {}

// A record under a wrong key would stand in the chain for ever.
void AuditTable::expect_known(const mask::MasterKey& key) {
  const pg::TableName registry = table_.name().beside("pii_key_registry");
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
  table_.append([&](const ChainTable::End& end) {
    record.db_role = end.db_role;
    expect_known(key);
    chain(record, end.seq, end.mac, key);
    std::vector<std::string> texts = chain_fields(record);
    texts.push_back(record.mac);
    return texts;
  });
}

void AuditTable::each(const std::function<void(const AuditRecord&)>& take) {
  table_.each([&take](const pg::Answer& answer, int row) { take(record_of(answer, row)); });
}

}  // namespace moretta::app
