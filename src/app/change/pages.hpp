#pragma once

// A table by ranges of its pages: it may have neither key nor index, so there is no other way to
// change it bit by bit.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

// Of the table at a time: a transaction of a second or so, whose rows nobody else can change.
inline constexpr std::size_t pages_first = 64;

// The table itself, or the partitions that have its rows, quoted. `purpose` completes "cannot ...".
std::vector<std::string> leaves_of(pg::Connection& connection, std::string_view purpose,
                                   const pg::TableName& table);

std::size_t pages_of(pg::Connection& connection, std::string_view purpose, const std::string& leaf);

// A condition in SQL for the rows of the pages [page, end) of a table that is called t.
std::string in_pages(const pg::Connection& connection, std::size_t page, std::size_t end);

// As many as in_pages should be given at once.
std::size_t pages_max(const pg::Connection& connection);

}  // namespace moretta::app
