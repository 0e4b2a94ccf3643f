#pragma once

// The columns of a table as the server knows them, and whether they hold the tokens that are to go
// there: a token is never cut, so a column that is too narrow stores nothing.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mask/policy.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"
#include "record/column.hpp"

namespace moretta::pg {

struct ActualColumn {
  std::string name;
  std::string base_type;
  std::optional<std::size_t> width;  // in characters
  std::string shown;
  bool is_not_null = false;
  bool has_default = false;
  bool is_generated = false;
};

// Empty if there is no such table. Throws Unavailable, Refused.
std::vector<ActualColumn> columns_of(Connection& connection, const TableName& table);

// What a column must be able to hold, or none of its rows could ever be stored.
struct TokenWidth {
  std::string column;
  mask::Method method = mask::Method::redact;
  std::size_t chars = 0;
  bool is_longest = false;  // of all tokens; else the shortest, because values know no bound

  bool operator==(const TokenWidth&) const = default;
};

// One for each text column whose mask gives tokens.
std::vector<TokenWidth> token_widths(const Mapping& mapping, std::span<const mask::Policy> policies,
                                     int key_id);

// Throws Refused, with the statement that helps, at the first column that is too narrow;
// Unavailable.
void expect_widths(Connection& connection, const TableName& table,
                   std::span<const TokenWidth> widths);

}  // namespace moretta::pg
