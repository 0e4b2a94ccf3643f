#include "pg/prepared_statements.hpp"

#include <utility>

namespace moretta::pg {

const std::string& PreparedStatements::prepared(const Shape& shape, std::string_view doing) {
  std::string& name = names_.at(shape_index(shape));
  if (name.empty()) {
    Statement statement = build_statement(tables_, mapping_, shape, rules_);
    connection_.prepare(doing, statement.name, statement.sql, statement.types);
    name = std::move(statement.name);
  }
  return name;
}

}  // namespace moretta::pg
