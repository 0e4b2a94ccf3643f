#pragma once

// Which row of the table a message became, as far as the table can tell.

#include <cstdint>
#include <string>

#include "pg/connection.hpp"
#include "pg/ledger_lookup.hpp"
#include "pg/table_name.hpp"
#include "record/column.hpp"

namespace moretta::pg {

struct RowQuestion {
  TableName table;
  TableName ledger;
  Mapping mapping;
  BusinessKey key;
  std::string id_column;  // holds message ids in clear; empty: none does
  std::string message_id;
  LedgerEntry entry;
};

struct FoundRow {
  enum class By {
    nothing,       // the table may not be read, or is too large to be looked through
    message_id,    // in a column of its own
    business_key,  // that it met
    transaction,   // the rows that came with its ledger key
  };
  By by = By::nothing;
  std::string why_not{};    // with `nothing`
  std::string condition{};  // SQL that holds for the rows
  std::int64_t count = 0;
  std::string place{};  // ctid of the only one
  std::string key{};    // its business key as JSON, if one is declared
};

// Reads the whole table where no index helps, if it is not too large. Throws Unavailable, Refused.
FoundRow find_row(Connection& connection, const RowQuestion& question);

}  // namespace moretta::pg
