#include "app/column_index.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace moretta::app {

std::size_t column_index(const Table& table, std::string_view name, std::string_view doing) {
  const auto at = std::ranges::find(table.mapping, name, &Column::name);
  if (at != table.mapping.end()) {
    return static_cast<std::size_t>(at - table.mapping.begin());
  }
  std::vector<std::string_view> names;
  for (const Column& column : table.mapping) {
    names.push_back(column.name);
  }
  throw Refused(fmt::format("cannot {} {}: the configuration has no such column", doing, name),
                fmt::format("it has {}", fmt::join(names, ", ")));
}

}  // namespace moretta::app
