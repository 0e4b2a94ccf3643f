#pragma once

// The statements of one connection that write a turn, each prepared when it is first needed.

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "pg/connection.hpp"
#include "pg/statements.hpp"

namespace moretta::pg {

class PreparedStatements {
 public:
  // Connection, tables and mapping outlive it.
  PreparedStatements(Connection& connection, const Tables& tables, const Mapping& mapping,
                     RowRules rules = {})
      : connection_(connection), tables_(tables), mapping_(mapping), rules_(std::move(rules)) {}

  // By its name for Connection::execute(). `doing` completes "cannot ..."; throws as
  // Connection::prepare() does.
  const std::string& prepared(const Shape& shape, std::string_view doing);

 private:
  Connection& connection_;
  const Tables& tables_;
  const Mapping& mapping_;
  RowRules rules_;
  std::array<std::string, shapes_max> names_;  // empty: not yet
};

}  // namespace moretta::pg
