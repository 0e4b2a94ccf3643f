#pragma once

// A column of tokens in statements: a token is a text, also where Postgres keeps it as an address.

#include <string>
#include <string_view>

#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

struct TokenColumn {
  std::string name;  // quoted
  bool is_inet = false;

  // The token of row `t`, compared byte by byte.
  [[nodiscard]] std::string text() const;
  // A text as the column stores it.
  [[nodiscard]] std::string stored(std::string_view text) const;
};

// `purpose` completes "cannot ...".
TokenColumn token_column(pg::Connection& connection, std::string_view purpose,
                         const pg::TableName& table, const std::string& column);

}  // namespace moretta::app
