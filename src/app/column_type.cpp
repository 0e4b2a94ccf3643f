#include "app/column_type.hpp"

#include <fmt/format.h>

#include "app/settings.hpp"

namespace moretta::app {

namespace {

constexpr int varchar_width_max = 10'485'760;  // Postgres'

}  // namespace

std::optional<DeclaredType> parse_column_type(std::string_view text) {
  DeclaredType declared;
  std::string_view name = text;
  const std::size_t open = name.find('(');
  if (open != std::string_view::npos && name.ends_with(')')) {
    declared.width = parse_int(name.substr(open + 1, name.size() - open - 2)).value_or(0);
    name = name.substr(0, open);
  }
  const auto known = column_type(name);
  const bool width_fits = known == ColumnType::varchar ? declared.width && *declared.width >= 1 &&
                                                             *declared.width <= varchar_width_max
                                                       : !declared.width;
  if (!known || !width_fits) {
    return std::nullopt;
  }
  declared.type = *known;
  return declared;
}

std::optional<DeclaredType> read_column_type(YamlMap& map) {
  const auto type = map.scalar("type");
  if (!type) {
    return std::nullopt;
  }
  auto declared = parse_column_type(type->text);
  if (!declared) {
    map.fault(type->place, fmt::format("{} is not a type that moretta writes; allowed: {}",
                                       shown(*type), column_type_words));
  }
  return declared;
}

bool is_column_name(std::string_view name) {
  return !name.empty() && name.size() <= identifier_bytes_max &&
         name.find('\0') == std::string_view::npos;
}

}  // namespace moretta::app
