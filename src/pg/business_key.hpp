#pragma once

// The business key of a table: what the database has to have for it, and the parts of a statement
// that settle a conflict by it. docs/configuration.md says what each policy means.

#include <string>
#include <vector>

#include "core/ports.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"
#include "record/column.hpp"

namespace moretta::pg {

// How rows go into the table.
struct RowRules {
  Order order = Order::any;  // by group: they are inserted in the order of the writes
  BusinessKey key{};
};

struct KeyFindings {
  bool has_index = false;  // unique, on the key's columns alone
  bool may_select = true;  // what settling a conflict takes; true if nothing is settled
  bool may_update = true;
};

// REQUIRED: the table is there. Throws Unavailable, Refused.
KeyFindings find_business_key(Connection& connection, const TableName& table,
                              const Mapping& mapping, const BusinessKey& key);

// The statement that makes the index.
std::string key_index_sql(const TableName& table, const BusinessKey& key);

// "a", "b"
std::string key_names(const BusinessKey& key);

// Columns that a conflict reads and, if it updates, writes; by name.
std::vector<std::string> columns_to_settle(const Mapping& mapping, const BusinessKey& key);

// A column of the key: as the table calls it, and as the source of the rows does.
struct KeyColumn {
  std::string name;  // quoted
  std::string alias;
  std::string cast;  // "::numeric", or nothing

  [[nodiscard]] std::string of(const std::string& source) const {
    return source + "." + alias + cast;
  }
};

// Parts of the tolerant statement, each of which reads those before it:
//   src     what to insert: of rows with one key in this statement only the first or, for an
//           update, the last
//   stored  its insert
//   won     the ledger keys of what met no row. The rest of src, and what is not in it, conflicted.
// An index that takes keys for equal which `=` tells apart (a folding collation) makes an update
// meet its own row: SQLSTATE 21000, which counts as a row's own fault, so that halving ends it.
class ConflictParts {
 public:
  ConflictParts(TableName table, std::vector<KeyColumn> key, const RowRules& rules);

  // `rows` has the columns k (ledger key) and n (place in the statement).
  [[nodiscard]] std::string src(const std::string& rows) const;
  [[nodiscard]] std::string stored(const std::string& names, const std::string& values,
                                   const Mapping& mapping) const;
  [[nodiscard]] std::string won() const;

 private:
  [[nodiscard]] bool updates() const { return rules_.key.on_conflict == OnConflict::update; }
  [[nodiscard]] std::string values(const std::string& source) const;
  [[nodiscard]] std::string is_null(const std::string& source) const;
  [[nodiscard]] std::string match(const std::string& table, const std::string& source) const;
  [[nodiscard]] std::string action(const Mapping& mapping) const;

  TableName table_;
  std::vector<KeyColumn> key_;
  const RowRules& rules_;
};

}  // namespace moretta::pg
