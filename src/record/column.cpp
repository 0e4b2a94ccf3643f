#include "record/column.hpp"

#include <array>

namespace moretta {

namespace {

struct TypeName {
  std::string_view name;
  ColumnType type;
};

// Our names first, one for each type, in the order of the enum; then what Postgres also calls them.
constexpr std::array type_names = {
    TypeName{"text", ColumnType::text},
    TypeName{"varchar", ColumnType::varchar},
    TypeName{"smallint", ColumnType::smallint},
    TypeName{"integer", ColumnType::integer},
    TypeName{"bigint", ColumnType::bigint},
    TypeName{"double precision", ColumnType::double_precision},
    TypeName{"numeric", ColumnType::numeric},
    TypeName{"boolean", ColumnType::boolean},
    TypeName{"date", ColumnType::date},
    TypeName{"timestamptz", ColumnType::timestamptz},
    TypeName{"uuid", ColumnType::uuid},
    TypeName{"inet", ColumnType::inet},
    TypeName{"jsonb", ColumnType::jsonb},
    TypeName{"character varying", ColumnType::varchar},
    TypeName{"int2", ColumnType::smallint},
    TypeName{"int", ColumnType::integer},
    TypeName{"int4", ColumnType::integer},
    TypeName{"int8", ColumnType::bigint},
    TypeName{"float8", ColumnType::double_precision},
    TypeName{"decimal", ColumnType::numeric},
    TypeName{"bool", ColumnType::boolean},
    TypeName{"timestamp with time zone", ColumnType::timestamptz},
};

}  // namespace

std::string_view type_name(ColumnType type) {
  return type_names.at(static_cast<std::size_t>(type)).name;
}

std::optional<ColumnType> column_type(std::string_view name) {
  for (const TypeName& known : type_names) {
    if (known.name == name) {
      return known.type;
    }
  }
  return std::nullopt;
}

std::string declared_type(const Column& column) {
  std::string declared(type_name(column.type));
  if (column.width) {
    declared += '(' + std::to_string(*column.width) + ')';
  }
  return declared;
}

std::string_view convert_name(Convert convert) {
  constexpr std::array<std::string_view, 3> names = {"none", "major_version", "date_utc"};
  return names.at(static_cast<std::size_t>(convert));
}

bool is_text_like(ColumnType type) {
  switch (type) {
    case ColumnType::text:
    case ColumnType::varchar:
    case ColumnType::numeric:
    case ColumnType::uuid:
    case ColumnType::inet:
    case ColumnType::jsonb:
      return true;
    default:
      return false;
  }
}

}  // namespace moretta
