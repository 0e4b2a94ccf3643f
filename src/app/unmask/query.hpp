#pragma once

// Tokens out of a table: which column, and of which rows. Names become identifiers and values
// parameters, so nothing that is given here can become another statement.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

struct Condition {
  std::string column;
  std::string comparison;  // =, <>, <, >, <=, >=
  std::string value;

  bool operator==(const Condition&) const = default;
};

// "user_id=424cdd21", "create_date >= 2026-11-01". The first comparison in the text counts, so that
// a value may hold others. Blanks around the column do not count; of the value, one before it.
Result<Condition, std::string> parse_condition(std::string_view text);

// Gives at most limit + 1 rows, so that the caller sees that there are more. The values of the
// conditions, in their order, are its parameters.
std::string tokens_query(const pg::TableName& table, std::string_view column,
                         std::span<const Condition> conditions, std::size_t limit);

}  // namespace moretta::app
