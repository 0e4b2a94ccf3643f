#pragma once

// Names of tables and columns, quoted so that any name is only ever a name.

#include <string>
#include <string_view>

namespace moretta::pg {

inline constexpr std::size_t identifier_bytes_max =
    63;  // NAMEDATALEN - 1; the server cuts what is longer

std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);

struct TableName {
  std::string schema;  // empty: wherever the search path finds it
  std::string table;

  // "schema"."table", or "table".
  [[nodiscard]] std::string quoted() const;
  // schema.table, for people.
  [[nodiscard]] std::string shown() const;
  // A table beside this one: same schema, other name.
  [[nodiscard]] TableName beside(std::string_view other) const;

  bool operator==(const TableName&) const = default;
};

// "table" or "schema.table"; a part in double quotes may hold a period. Case is kept as written.
// Throws Refused if that is not what the text is.
TableName parse_table_name(std::string_view text);

// The tables that one mapping writes. Ours stand beside the target unless told otherwise.
struct Tables {
  TableName target;
  TableName ledger;
  TableName quarantine;
  TableName vault;
  TableName load;
  TableName key_registry;
  TableName unmask_audit;

  bool operator==(const Tables&) const = default;
};

Tables tables_beside(const TableName& target);

}  // namespace moretta::pg
