#pragma once

// All rows of a table as text, once, in bounded memory: a cursor in a read-only transaction, so
// that what is read is one moment of the table.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::pg {

// Of one fetch: with cell_chars_max, at most 16 MB for each column, and usually 1000 short texts.
inline constexpr int reader_rows_max = 1000;
inline constexpr int cell_chars_max = 4096;  // longer values are cut by the server

// For one thread. Keeps its transaction open; the connection is of no other use meanwhile.
class TableReader {
 public:
  // Every column, in the table's order. Throws Unavailable, Refused.
  TableReader(Connection& connection, const TableName& table);

  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  // As the server last estimated; unknown before its first ANALYZE.
  [[nodiscard]] std::optional<std::int64_t> estimated_rows() const { return estimated_rows_; }

  // The next rows, a column of the answer for each of ours; nullopt after the last. Throws.
  std::optional<Answer> next();

 private:
  Connection& connection_;
  std::vector<std::string> columns_;
  std::optional<std::int64_t> estimated_rows_;
};

}  // namespace moretta::pg
