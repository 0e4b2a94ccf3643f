#include "pg/table_columns.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

namespace moretta::pg {

std::vector<ActualColumn> columns_of(Connection& connection, const TableName& table) {
  const Answer answer =
      connection.run("look at the columns of " + table.shown(),
                     without_comments(sql::check_columns_sql), std::array{table.quoted()});
  std::vector<ActualColumn> columns;
  for (int row = 0; row < answer.rows(); ++row) {
    ActualColumn column{.name = std::string(answer.value(row, 0)),
                        .base_type = std::string(answer.value(row, 1)),
                        .width = {},
                        .shown = std::string(answer.value(row, 3)),
                        .is_not_null = answer.is_true(row, 4),
                        .has_default = answer.is_true(row, 5),
                        .is_generated = answer.is_true(row, 6)};
    const std::string_view digits = answer.value(row, 2);
    if (!digits.empty()) {
      std::from_chars(digits.data(), digits.data() + digits.size(), column.width.emplace());
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

std::vector<TokenWidth> token_widths(const Mapping& mapping, std::span<const mask::Policy> policies,
                                     int key_id) {
  ENSURE(mapping.size() == policies.size());
  std::vector<TokenWidth> widths;
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    const mask::Policy& policy = policies[i];
    const bool is_text =
        mapping[i].type == ColumnType::text || mapping[i].type == ColumnType::varchar;
    if (!is_text || !mask::gives_tokens(policy.method)) {
      continue;
    }
    const auto bound = mask::value_bytes_bound(policy);
    const int id = policy.key_id == 0 ? key_id : policy.key_id;
    widths.push_back({.column = mapping[i].name,
                      .method = policy.method,
                      .chars = mask::token_chars_max(policy, id, bound.value_or(1)),
                      .is_longest = bound.has_value()});
  }
  return widths;
}

void expect_widths(Connection& connection, const TableName& table,
                   std::span<const TokenWidth> widths) {
  if (widths.empty()) {
    return;
  }
  const std::vector<ActualColumn> actual = columns_of(connection, table);
  for (const TokenWidth& needed : widths) {
    const auto found = std::ranges::find(actual, needed.column, &ActualColumn::name);
    if (found == actual.end() || !found->width || *found->width >= needed.chars) {
      continue;
    }
    throw Refused(
        fmt::format("cannot store rows in {}: column {} holds {} characters, the {} token of {} "
                    "has {}, and none is ever cut",
                    table.shown(), needed.column, *found->width,
                    needed.is_longest ? "longest" : "shortest", mask::method_name(needed.method),
                    needed.chars),
        fmt::format("ALTER TABLE {} ALTER COLUMN {} TYPE varchar({}), or more", table.quoted(),
                    quote_identifier(needed.column), needed.chars));
  }
}

}  // namespace moretta::pg
