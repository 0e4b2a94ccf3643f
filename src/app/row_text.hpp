#pragma once

// Rows as text for people and other programs: one line of JSON, or one record of CSV.

#include <string>

#include "record/column.hpp"
#include "record/row.hpp"

namespace moretta::app {

// An object with the columns as keys, in the order of the table, and a line end. numeric is a
// string, because its digits need not fit a double; jsonb is itself.
void append_json_row(const Mapping& mapping, const Row& row, std::string& out);

// RFC 4180, line end included. NULL is nothing, an empty text is "", as COPY ... CSV reads them.
void append_csv_header(const Mapping& mapping, std::string& out);
void append_csv_row(const Mapping& mapping, const Row& row, std::string& out);

}  // namespace moretta::app
