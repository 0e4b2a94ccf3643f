#include "app/change/erase.hpp"

#include <charconv>

#include <fmt/format.h>

#include "app/change/rewrap.hpp"
#include "app/change/sql.hpp"
#include "app/change/token_column.hpp"
#include "base/ensure.hpp"
#include "pg/sql_text.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view erasing = "erase";

// Of a column that takes no NULL: the same for everybody, and no token of any method.
constexpr std::string_view erased_word = "erased";
constexpr std::string_view erased_address = "0.0.0.0";

long long number(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  ENSURE(error == std::errc{} && end == text.data() + text.size());
  return value;
}

std::string array_of(std::span<const ErasedToken> tokens, std::string ErasedToken::*field) {
  std::vector<std::optional<std::string>> texts;
  for (const ErasedToken& token : tokens) {
    texts.emplace_back(token.*field);
  }
  return text_array(texts);
}

bool exists(pg::Connection& connection, const pg::TableName& table) {
  return connection.run(erasing, "SELECT to_regclass($1) IS NOT NULL", std::vector{table.quoted()})
      .is_true(0, 0);
}

// A statement that deletes or changes, and counts.
std::string counted(const std::string& name, const std::string& statement) {
  return fmt::format("{} AS ({} RETURNING 1)", name, statement);
}

std::string cells_statement(pg::Connection& connection, const ErasePlan& plan) {
  const TokenColumn column = token_column(connection, erasing, plan.table, plan.column);
  if (plan.cells == Cells::leave) {
    return "SELECT 1 WHERE '' = ANY ($1::text[])";
  }
  const bool takes_null =
      connection
          .run(erasing,
               "SELECT NOT attnotnull FROM pg_attribute WHERE attrelid = to_regclass($1) AND "
               "attname = $2",
               std::vector{plan.table.quoted(), plan.column})
          .is_true(0, 0);
  const std::string_view word = column.is_inet ? erased_address : erased_word;
  return fmt::format(
      "UPDATE {0} SET {1} = {2} WHERE {1} = ANY ($1::text[]{3}) RETURNING 1", plan.table.quoted(),
      column.name, takes_null ? "NULL" : pg::quote_literal(word), column.is_inet ? "::inet[]" : "");
}

}  // namespace

void make_receipts_table(pg::Connection& connection, const pg::TableName& receipts) {
  connection.run("make the table of receipts",
                 pg::fill(sql::erasure_sql,
                          {{"erasure", receipts.quoted()},
                           {"refuse", receipts.beside(receipts.table + "_refuse").quoted()}}));
}

Receipt erase(pg::Connection& connection, const ErasePlan& plan,
              std::span<const ErasedToken> tokens) {
  const auto or_nothing = [&](const pg::TableName& table, const std::string& condition) {
    return exists(connection, table)
               ? counted("", fmt::format("DELETE FROM {} WHERE {}", table.quoted(), condition))
               : std::string(" AS (SELECT 1 WHERE false)");
  };
  const std::string statement = fmt::format(
      "WITH cells AS ({0}), vault{1}, map{2}, counts AS (SELECT (SELECT count(*) FROM cells) AS c, "
      "(SELECT count(*) FROM vault) AS v, (SELECT count(*) FROM map) AS m), receipt AS (INSERT "
      "INTO "
      "{3} (reason, table_name, column_name, token_digests, cells, vault_rows, map_rows) "
      "SELECT $3, $4, $5, $6::text[], c, v, m FROM counts RETURNING id, "
      "to_char(erased_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS at, cells, "
      "vault_rows, map_rows) SELECT * FROM receipt WHERE $2 <> ''",
      cells_statement(connection, plan),
      or_nothing(plan.vault, "domain = $2 AND token = ANY ($1::text[])"),
      or_nothing(plan.map,
                 "domain = $2 AND (old_token = ANY ($1::text[]) OR new_token = ANY ($1::text[]))"),
      plan.receipts.quoted());
  const pg::Answer answer =
      connection.run(erasing, statement,
                     std::vector<std::string>{array_of(tokens, &ErasedToken::token), plan.domain,
                                              plan.reason, plan.table.shown(), plan.column,
                                              array_of(tokens, &ErasedToken::digest)});
  ENSURE(answer.rows() == 1);
  Receipt receipt{.id = number(answer.value(0, 0)),
                  .erased_at = std::string(answer.value(0, 1)),
                  .token_digests = {},
                  .cells = static_cast<std::size_t>(number(answer.value(0, 2))),
                  .vault_rows = static_cast<std::size_t>(number(answer.value(0, 3))),
                  .map_rows = static_cast<std::size_t>(number(answer.value(0, 4)))};
  for (const ErasedToken& token : tokens) {
    receipt.token_digests.push_back(token.digest);
  }
  return receipt;
}

}  // namespace moretta::app
