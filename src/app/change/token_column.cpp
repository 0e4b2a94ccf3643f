#include "app/change/token_column.hpp"

#include <vector>

namespace moretta::app {

std::string TokenColumn::text() const {
  // As text, an inet would show the length of its mask.
  return (is_inet ? "host(t." + name + ")" : "t." + name) + " COLLATE \"C\"";
}

std::string TokenColumn::stored(std::string_view text) const {
  return std::string(text) + (is_inet ? "::inet" : "");
}

TokenColumn token_column(pg::Connection& connection, std::string_view purpose,
                         const pg::TableName& table, const std::string& column) {
  const pg::Answer found = connection.run(purpose,
                                          "SELECT atttypid = 'inet'::regtype FROM pg_attribute "
                                          "WHERE attrelid = to_regclass($1) AND attname = $2",
                                          std::vector{table.quoted(), column});
  return {.name = pg::quote_identifier(column),
          .is_inet = found.rows() == 1 && found.is_true(0, 0)};
}

}  // namespace moretta::app
