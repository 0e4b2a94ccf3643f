#pragma once

// Rows as text for people and other programs: one line of JSON, or one record of CSV.

#include <string>
#include <vector>

#include "app/invocation.hpp"
#include "record/column.hpp"
#include "record/row.hpp"

namespace moretta::app {

// One value that is not null, as the rows show it, without quotes.
std::string plain_text(const Value& value);

enum class IsJson { no, yes };  // a text that is a JSON value, to be written as it stands

// ndjson: an object with the columns as keys, in the order of the table, and a line end. numeric is
// a string, because its digits need not fit a double; jsonb is itself.
// csv: RFC 4180. NULL is nothing, an empty text is "", as COPY ... CSV reads them.
class RowText {
 public:
  RowText(const Mapping& mapping, RowFormat format);

  // What stands before the first row: the names of the columns in CSV, nothing in JSON.
  void append_header(std::string& out) const;
  // REQUIRED: a row of the mapping.
  void append_row(const Row& row, std::string& out) const;

 private:
  struct Field {
    std::string before;  // what stands before the value, whatever the row
    IsJson is_json = IsJson::no;
  };

  void append_json_row(const Row& row, std::string& out) const;
  void append_csv_row(const Row& row, std::string& out) const;

  RowFormat format_;
  std::vector<Field> fields_;
  std::string header_;
};

}  // namespace moretta::app
