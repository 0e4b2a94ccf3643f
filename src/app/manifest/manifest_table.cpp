#include "app/manifest/manifest_table.hpp"

#include <array>

#include "pg/schema.hpp"

namespace moretta::app {

namespace {

// As chain_fields has them, and the mac.
constexpr std::array<std::string_view, 13> columns = {
    "seq",       "since",       "at",    "version", "config", "db_role", "stored",
    "duplicate", "quarantined", "masks", "key_id",  "kcv",    "mac"};

constexpr ChainTable::Shape shape{.writing = "write the masking manifest",
                                  .reading = "read the masking manifest",
                                  .columns = columns,
                                  .lock = 3};

ManifestRecord record_of(const pg::Answer& answer, int row) {
  const auto text = [&](int column) {
    return std::string(answer.value(row, column));
  };
  const auto number = [&](int column) {
    return answer.integer(row, column);
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
    : connection_(connection), table_(connection, pg::manifest_beside(target), shape) {}

std::optional<ManifestTable::Closed> ManifestTable::closed() {
  const pg::Answer answer = connection_.run(
      shape.writing,
      "SELECT to_regclass($1) IS NOT NULL, coalesce(has_table_privilege(to_regclass($1), 'SELECT') "
      "AND has_table_privilege(to_regclass($1), 'INSERT'), false)",
      std::array{table_.name().quoted()});
  if (!answer.is_true(0, 0)) {
    return Closed{.what = "is missing, so nobody can show later what was masked how",
                  .fix = "create it: moretta schema --apply"};
  }
  if (!answer.is_true(0, 1)) {
    return Closed{.what = "cannot be read and added to by this role, so nothing is noted in it",
                  .fix = "GRANT SELECT, INSERT ON " + table_.name().quoted() +
                         ", as moretta schema --roles does"};
  }
  return std::nullopt;
}

void ManifestTable::append(ManifestRecord& record, const mask::MasterKey& key) {
  table_.append([&](const ChainTable::End& end) {
    record.db_role = end.db_role;
    chain(record, end.seq, end.mac, key);
    std::vector<std::string> texts = chain_fields(record);
    texts.push_back(record.mac);
    return texts;
  });
}

void ManifestTable::each(const std::function<void(const ManifestRecord&)>& take) {
  table_.each([&take](const pg::Answer& answer, int row) { take(record_of(answer, row)); });
}

}  // namespace moretta::app
