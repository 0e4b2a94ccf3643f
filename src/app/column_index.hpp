#pragma once

// Where a column that a command was asked about stands in the configuration.

#include <cstddef>
#include <string_view>

#include "app/config.hpp"

namespace moretta::app {

// Throws Refused, with the names that there are; `doing` completes "cannot ...".
std::size_t column_index(const Table& table, std::string_view name, std::string_view doing);

}  // namespace moretta::app
