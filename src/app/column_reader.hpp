#pragma once

// The `columns:` of a table: name -> {from, type, convert, mask, required, nullable, default,
// dual_write}.

#include "app/config.hpp"
#include "app/yaml_reader.hpp"

namespace moretta::app {

inline constexpr std::size_t columns_max = 1600;  // Postgres takes no more in one table

// Fills mapping and policies; what is wrong is noted, and the column left out.
void read_columns(const YamlReader::Entry& columns, int key_id, YamlReader& yaml, Table& table);

}  // namespace moretta::app
