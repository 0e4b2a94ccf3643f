#pragma once

// What moretta-unmask asks the database: sealed originals of one-way tokens, sealed bodies of
// quarantined messages. Sees no clear text.

#include <optional>
#include <string>

#include "app/unmask/query.hpp"
#include "app/unmask/recovery.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

class Vault {
 public:
  // Connects. Throws Unavailable, Refused.
  explicit Vault(const pg::Conninfo& conninfo);

  // REQUIRED: tokens of letters, digits, `-`, `_` and `:`. Throws Unavailable, Refused.
  SealedByToken sealed(const pg::TableName& vault, std::string_view domain,
                       std::span<const std::string> tokens);

  // The column's values in those rows, at most limit + 1. Throws Unavailable, Refused.
  std::vector<std::string> tokens(const pg::TableName& table, const std::string& column,
                                  std::span<const Condition> conditions, std::size_t limit);

  // Nullopt if no such message is in quarantine. Throws Unavailable, Refused.
  std::optional<std::string> sealed_body(const pg::TableName& quarantine,
                                         const std::string& message_id);

 private:
  pg::Connection connection_;
};

}  // namespace moretta::app
