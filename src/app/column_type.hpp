#pragma once

// The text behind `type:`, and names of columns.

#include <optional>
#include <string_view>

#include "app/yaml_map.hpp"
#include "record/column.hpp"

namespace moretta::app {

inline constexpr std::size_t identifier_bytes_max = 63;  // Postgres cuts longer names

inline constexpr std::string_view column_type_words =
    "text, varchar(N), smallint, integer, bigint, double precision, numeric, boolean, date, "
    "timestamptz, uuid, inet, jsonb";

struct DeclaredType {
  ColumnType type = ColumnType::text;
  std::optional<int> width = {};  // of varchar, which never is without

  bool operator==(const DeclaredType&) const = default;
};

std::optional<DeclaredType> parse_column_type(std::string_view text);

// Nothing if `type` is not there; notes one that is no type.
std::optional<DeclaredType> read_column_type(YamlMap& map);

bool is_column_name(std::string_view name);

}  // namespace moretta::app
