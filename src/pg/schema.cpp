#include "pg/schema.hpp"

#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

namespace moretta::pg {

namespace {

// CREATE TABLE IF NOT EXISTS alone is not safe against another one at the same time.
constexpr std::string_view begin_alone =
    "BEGIN;\n"
    "SELECT pg_advisory_xact_lock(1836020325, 0);  -- one at a time\n";

std::string target_sql(const TableName& target, const Mapping& mapping) {
  std::string columns;
  for (const Column& column : mapping) {
    columns += columns.empty() ? "\n  " : ",\n  ";
    columns += quote_identifier(column.name) + " " + declared_type(column);
  }
  return "CREATE TABLE IF NOT EXISTS " + target.quoted() + " (" + columns + "\n);\n";
}

}  // namespace

std::string schema_sql(const Tables& tables, const Mapping& mapping, int server_version) {
  const std::string_view ledger = server_version >= server_version_partitioned
                                      ? sql::ledger_partitioned_sql
                                      : sql::ledger_plain_sql;
  const std::string ledger_name = tables.ledger.quoted();
  const std::string default_name = default_partition(tables.ledger).quoted();
  return std::string(begin_alone) + "\n-- Where the rows go.\n" +
         target_sql(tables.target, mapping) + "\n" +
         fill(ledger, {{"ledger", ledger_name}, {"ledger_default", default_name}}) + "\n" +
         fill(sql::quarantine_sql, {{"quarantine", tables.quarantine.quoted()}}) + "\n" +
         fill(sql::vault_sql, {{"vault", tables.vault.quoted()}}) + "\n" +
         fill(sql::load_sql, {{"load", tables.load.quoted()}}) + "COMMIT;\n";
}

Upkeep apply_schema(Connection& connection, const Tables& tables, const Mapping& mapping,
                    const LedgerWindow& window, WallTime now) {
  connection.run("make the tables", schema_sql(tables, mapping, connection.server_version()));
  return keep_ledger(connection, tables.ledger, window, now);
}

}  // namespace moretta::pg
