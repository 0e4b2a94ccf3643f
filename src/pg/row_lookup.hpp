#pragma once

// Which row of the table a message became, as far as the table can tell.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "pg/ledger_lookup.hpp"
#include "pg/table_name.hpp"
#include "record/column.hpp"

namespace moretta::pg {

struct RowQuestion {
  TableName table;
  TableName ledger;
  TableName quarantine;
  Mapping mapping;
  BusinessKey key;
  std::string id_column;    // holds message ids in clear; empty: none does
  std::string sent_column;  // holds the time of sending in clear; empty: none does
  std::string message_id;
  LedgerEntry entry;
};

struct FoundRow {
  enum class By {
    nothing,       // the table may not be read, or is too large to be looked through
    message_id,    // in a column of its own
    business_key,  // that it met
    sent_at,       // the rows that say its time of sending
    transaction,   // the rows that came with its ledger key
  };
  struct Place {
    std::string ctid{};
    std::string key{};  // its business key as JSON, if one is declared
  };
  By by = By::nothing;
  std::string why_not{};    // with `nothing`
  std::string condition{};  // SQL that holds for the rows
  std::int64_t count = 0;
  std::vector<Place> places{};  // of the first ten
  // That the rows may be of, by the ledger; with `sent_at` and `transaction`. Nothing if it would
  // take too long to count them, or if a row may be there that is of none of them.
  std::optional<std::int64_t> messages{};

  // The only row, and no other message's: not one that stayed when this message's was deleted.
  [[nodiscard]] bool is_certain() const {
    return count == 1 && (by == By::message_id || by == By::business_key || messages == 1);
  }
};

// Reads the whole table where no index helps, if it is not too large. Throws Unavailable, Refused.
FoundRow find_row(Connection& connection, const RowQuestion& question);

}  // namespace moretta::pg
