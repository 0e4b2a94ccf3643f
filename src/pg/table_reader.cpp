#include "pg/table_reader.hpp"

#include <array>

#include "base/errors.hpp"

namespace moretta::pg {

TableReader::TableReader(Connection& connection, const TableName& table) : connection_(connection) {
  connection_.run("begin to read", "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const std::array<std::string, 1> name = {table.quoted()};
  const Answer found =
      connection_.run("look up the table's columns",
                      "SELECT a.attname, c.reltuples::bigint, a.atttypid = 'inet'::regtype FROM "
                      "pg_attribute a JOIN pg_class c"
                      " ON c.oid = a.attrelid WHERE a.attrelid = to_regclass($1) AND a.attnum > 0"
                      " AND NOT a.attisdropped ORDER BY a.attnum",
                      name);
  if (found.rows() == 0) {
    throw Refused("cannot read " + table.shown() + ": there is no such table, or it has no columns",
                  "check the name and the schema; a name without one is looked up in the search "
                  "path");
  }
  std::string cells;  // an inet cast to text would end in the length of its mask
  for (int row = 0; row < found.rows(); ++row) {
    columns_.emplace_back(found.value(row, 0));
    const std::string column = quote_identifier(columns_.back());
    const std::string text = found.is_true(row, 2) ? "abbrev(" + column + ")" : column + "::text";
    cells += (row > 0 ? ", left(" : "left(") + text + ", " + std::to_string(cell_chars_max) + ")";
  }
  if (const std::int64_t rows = found.integer(0, 1); rows > 0) {
    estimated_rows_ = rows;
  }
  connection_.run("read " + table.shown(), "DECLARE moretta_reader NO SCROLL CURSOR FOR SELECT " +
                                               cells + " FROM " + table.quoted());
}

std::optional<Answer> TableReader::next() {
  Answer rows = connection_.run(
      "read the table", "FETCH " + std::to_string(reader_rows_max) + " FROM moretta_reader");
  return rows.rows() == 0 ? std::nullopt : std::optional(std::move(rows));
}

}  // namespace moretta::pg
