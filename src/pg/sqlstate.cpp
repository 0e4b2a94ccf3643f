#include "pg/sqlstate.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace moretta::pg {

namespace {

struct Known {
  std::string_view code;  // five characters, or the two of a class
  Fault fault;
  std::string_view name;
  std::string_view hint;
};

constexpr std::string_view unexpected_hint =
    "this is a bug in moretta or in something between it and the server: please report it with the "
    "SQLSTATE";

constexpr std::string_view pooler_hint =
    "a pooler in transaction mode does not keep prepared statements: connect to the server itself, "
    "or set the pooler to session mode";

// Source: PostgreSQL manual, appendix A. A code is looked up whole first, then by its class.
constexpr auto known = std::to_array<Known>({
    {"08", Fault::for_now, "connection_exception", ""},
    {"0A000", Fault::unexpected, "feature_not_supported", ""},
    // An upsert that met its own row, under keys equal to the index and not to us; or a trigger's.
    {"21", Fault::of_row, "cardinality_violation", ""},
    {"22", Fault::of_row, "data_exception", ""},
    {"22001", Fault::of_row, "string_data_right_truncation", ""},
    {"22003", Fault::of_row, "numeric_value_out_of_range", ""},
    {"22007", Fault::of_row, "invalid_datetime_format", ""},
    {"22008", Fault::of_row, "datetime_field_overflow", ""},
    {"22021", Fault::of_row, "character_not_in_repertoire", ""},
    {"22P02", Fault::of_row, "invalid_text_representation", ""},
    {"22P03", Fault::of_row, "invalid_binary_representation", ""},
    {"22P05", Fault::of_row, "untranslatable_character", ""},
    {"23", Fault::of_row, "integrity_constraint_violation", ""},
    {"23502", Fault::of_row, "not_null_violation", ""},
    {"23503", Fault::of_row, "foreign_key_violation", ""},
    {"23505", Fault::of_row, "unique_violation", ""},
    {"23514", Fault::of_row, "check_violation", ""},
    {"23P01", Fault::of_row, "exclusion_violation", ""},
    {"25006", Fault::for_now, "read_only_sql_transaction", ""},  // a failover left us on a standby
    {"26000", Fault::for_good, "invalid_sql_statement_name", pooler_hint},
    {"28", Fault::for_good, "invalid_authorization_specification",
     "check user, database and host against the server's pg_hba.conf"},
    {"28P01", Fault::for_good, "invalid_password",
     "check the user and the password of the connection (PGPASSWORD or the password file if the "
     "connection text has none)"},
    {"3D000", Fault::for_good, "invalid_catalog_name",
     "create the database, or correct its name in the connection"},
    {"3F000", Fault::for_good, "invalid_schema_name",
     "create the schema, or correct the table's name in the config"},
    {"40", Fault::for_now, "transaction_rollback", ""},
    {"40001", Fault::for_now, "serialization_failure", ""},
    {"40P01", Fault::for_now, "deadlock_detected", ""},
    {"42", Fault::for_good, "syntax_error_or_access_rule_violation",
     "compare the table with the config: moretta check --connect"},
    {"42501", Fault::for_good, "insufficient_privilege",
     "grant the role its rights: moretta check --connect names those that are missing"},
    {"42703", Fault::for_good, "undefined_column",
     "compare the table with the config: moretta check --connect"},
    {"42804", Fault::for_good, "datatype_mismatch",
     "a column's type in the config is not that of the table: moretta check --connect"},
    {"42P05", Fault::for_good, "duplicate_prepared_statement", pooler_hint},
    {"42P01", Fault::for_good, "undefined_table", "create the tables: moretta schema --apply"},
    {"44000", Fault::of_row, "with_check_option_violation", ""},
    {"53", Fault::for_now, "insufficient_resources", ""},
    {"53100", Fault::for_now, "disk_full", ""},
    {"53300", Fault::for_now, "too_many_connections", ""},
    // An index row or a tuple too large for its page: only such a row cannot be stored.
    {"54000", Fault::of_row, "program_limit_exceeded", ""},
    {"55P03", Fault::for_now, "lock_not_available", ""},
    {"57", Fault::for_now, "operator_intervention", ""},
    {"57014", Fault::for_now, "query_canceled", ""},
    {"57P01", Fault::for_now, "admin_shutdown", ""},
    {"57P02", Fault::for_now, "crash_shutdown", ""},
    {"57P03", Fault::for_now, "cannot_connect_now", ""},
    {"58", Fault::for_now, "system_error", ""},
    // A trigger of the user's on the target table said no to a row.
    {"P0001", Fault::of_row, "raise_exception", ""},
});

const Known* find(std::string_view code) {
  const auto* found = std::ranges::find(known, code, &Known::code);
  return found == known.end() ? nullptr : found;
}

const Known* lookup(std::string_view sqlstate) {
  const Known* exact = find(sqlstate);
  return exact != nullptr ? exact : find(sqlstate.substr(0, 2));
}

}  // namespace

Fault fault_of(std::string_view sqlstate) {
  const Known* entry = lookup(sqlstate);
  return entry == nullptr ? Fault::unexpected : entry->fault;
}

std::string_view condition_name(std::string_view sqlstate) {
  const Known* entry = lookup(sqlstate);
  return entry == nullptr ? "unexpected condition" : entry->name;
}

std::string hint_for(std::string_view sqlstate) {
  const Known* entry = lookup(sqlstate);
  return std::string(entry == nullptr || entry->hint.empty() ? unexpected_hint : entry->hint);
}

}  // namespace moretta::pg
