#pragma once

// Rows as COPY ... (FORMAT binary) takes them: half the server's work of the array parameters that
// a turn goes by, if there are thousands of them. docs/decisions/0010-load.md has the figures.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/column.hpp"
#include "record/row.hpp"

namespace moretta::pg {

// The types of the table that take this column's values in binary, by their numbers in pg_type. The
// server reads the bytes as its own type says, so nothing else will do.
std::vector<std::uint32_t> copy_types(const Column& column);

// One COPY under construction; keeps its memory.
class CopyEncoder {
 public:
  explicit CopyEncoder(const Mapping& mapping);

  void begin();
  // REQUIRED: a row of the mapping.
  void add(const Row& row);
  [[nodiscard]] std::size_t rows() const { return rows_; }

  // All of it with its end, after which nothing is added; valid until the next begin().
  std::string_view finish();

 private:
  void add_text(ColumnType type, std::string_view text);

  std::vector<ColumnType> types_;
  std::string buffer_;
  std::size_t rows_ = 0;
  bool is_finished_ = false;
};

}  // namespace moretta::pg
