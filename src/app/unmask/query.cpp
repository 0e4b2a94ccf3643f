#include "app/unmask/query.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace moretta::app {

namespace {

// The longer ones first: "<=" begins like "<".
constexpr std::array<std::string_view, 6> comparisons = {"<>", "<=", ">=", "=", "<", ">"};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

Result<Condition, std::string> parse_condition(std::string_view text) {
  const std::size_t at = std::min(text.find_first_of("=<>"), text.size());
  const std::string_view column = trimmed(text.substr(0, at));
  const auto* found = std::ranges::find_if(
      comparisons, [&](std::string_view one) { return text.substr(at).starts_with(one); });
  if (column.empty() || column.size() > pg::identifier_bytes_max || found == comparisons.end()) {
    return Failure{std::string(
        "--where takes COLUMN=VALUE, with one of =, <>, <, >, <=, >=; repeat it for more")};
  }
  std::string_view value = text.substr(at + found->size());
  value.remove_prefix(value.starts_with(' ') ? 1 : 0);
  return Condition{.column = std::string(column),
                   .comparison = std::string(*found),
                   .value = std::string(value)};
}

std::string tokens_query(const pg::TableName& table, std::string_view column,
                         std::span<const Condition> conditions, std::size_t limit) {
  const std::string name = pg::quote_identifier(column);
  std::string sql =
      fmt::format("SELECT {}::text FROM {} WHERE {} IS NOT NULL", name, table.quoted(), name);
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    sql += fmt::format(" AND {} {} ${}", pg::quote_identifier(conditions[i].column),
                       conditions[i].comparison, i + 1);
  }
  return sql + fmt::format(" LIMIT {}", limit + 1);
}

}  // namespace moretta::app
