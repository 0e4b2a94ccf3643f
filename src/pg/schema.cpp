#include "pg/schema.hpp"

#include "pg/business_key.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"
#include "pg/worker_marks.hpp"

namespace moretta::pg {

namespace {

// CREATE TABLE IF NOT EXISTS alone is not safe against another one at the same time.
constexpr std::string_view begin_alone =
    "BEGIN;\n"
    "SELECT pg_advisory_xact_lock(1836020325, 0);  -- one at a time\n";

std::string target_sql(const TableName& target, const Mapping& mapping, const BusinessKey& key) {
  std::string columns;
  for (const Column& column : mapping) {
    columns += columns.empty() ? "\n  " : ",\n  ";
    columns += quote_identifier(column.name) + " " + declared_type(column);
  }
  std::string names;
  for (const std::string& name : key.columns) {
    names += (names.empty() ? "" : ", ") + quote_identifier(name);
  }
  columns += names.empty() ? "" : ",\n  UNIQUE (" + names + ")";
  return "CREATE TABLE IF NOT EXISTS " + target.quoted() + " (" + columns + "\n);\n";
}

}  // namespace

TableName manifest_beside(const TableName& target) {
  return target.beside("moretta_manifest");
}

std::string schema_sql(const Tables& tables, const Mapping& mapping, int server_version,
                       const BusinessKey& key) {
  const std::string_view ledger = server_version >= server_version_partitioned
                                      ? sql::ledger_partitioned_sql
                                      : sql::ledger_plain_sql;
  const std::string ledger_name = tables.ledger.quoted();
  const std::string default_name = default_partition(tables.ledger).quoted();
  const TableName manifest = manifest_beside(tables.target);
  const std::string append_only = tables.target.beside("moretta_append_only").quoted();
  return std::string(begin_alone) + "\n-- Where the rows go.\n" +
         target_sql(tables.target, mapping, key) + "\n" +
         fill(ledger, {{"ledger", ledger_name}, {"ledger_default", default_name}}) + "\n" +
         fill(sql::quarantine_sql, {{"quarantine", tables.quarantine.quoted()}}) + "\n" +
         fill(sql::vault_sql, {{"vault", tables.vault.quoted()}}) + "\n" +
         fill(sql::worker_marks_sql,
              {{"worker_marks", worker_marks_beside(tables.ledger).quoted()}}) +
         "\n" + fill(sql::load_sql, {{"load", tables.load.quoted()}}) + "\n" +
         fill(sql::key_registry_sql, {{"key_registry", tables.key_registry.quoted()}}) + "\n" +
         fill(sql::unmask_audit_sql,
              {{"unmask_audit", tables.unmask_audit.quoted()},
               {"unmask_audit_text", quote_literal(tables.unmask_audit.quoted())},
               {"append_only", append_only}}) +
         "\n" +
         fill(sql::manifest_sql, {{"manifest", manifest.quoted()},
                                  {"manifest_text", quote_literal(manifest.quoted())},
                                  {"append_only", append_only}}) +
         "COMMIT;\n";
}

std::string roles_sql(const Tables& tables, const Mapping& mapping, const BusinessKey& key) {
  std::string sql =
      fill(sql::roles_sql, {{"target", tables.target.quoted()},
                            {"ledger", tables.ledger.quoted()},
                            {"quarantine", tables.quarantine.quoted()},
                            {"vault", tables.vault.quoted()},
                            {"key_registry", tables.key_registry.quoted()},
                            {"unmask_audit", tables.unmask_audit.quoted()},
                            {"load", tables.load.quoted()},
                            {"manifest", manifest_beside(tables.target).quoted()},
                            {"worker_marks", worker_marks_beside(tables.ledger).quoted()}});
  if (key.settles_conflicts()) {
    std::string columns;
    for (const std::string& name : columns_to_settle(mapping, key)) {
      columns += (columns.empty() ? "" : ", ") + quote_identifier(name);
    }
    const std::string update =
        key.on_conflict == OnConflict::update ? ", UPDATE (" + columns + ")" : "";
    sql +=
        "\n-- What `table.on_conflict` reads of the row that is there, and writes.\nGRANT SELECT "
        "(" +
        columns + ")" + update + " ON " + tables.target.quoted() +
        " TO moretta_worker, moretta_replay;\nGRANT UPDATE (met) ON " + tables.ledger.quoted() +
        " TO moretta_worker;\n";
  }
  if (!tables.target.schema.empty()) {
    sql += "\nGRANT USAGE ON SCHEMA " + quote_identifier(tables.target.schema) +
           " TO moretta_worker, moretta_analyst, moretta_recovery, moretta_replay;\n";
  }
  return sql;
}

Upkeep apply_schema(Connection& connection, const Tables& tables, const Mapping& mapping,
                    const LedgerWindow& window, WallTime now, const BusinessKey& key) {
  connection.run("make the tables", schema_sql(tables, mapping, connection.server_version(), key));
  return keep_ledger(connection, tables.ledger, window, now);
}

}  // namespace moretta::pg
