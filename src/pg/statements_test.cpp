#include "pg/statements.hpp"

#include <set>

#include <gtest/gtest.h>

namespace moretta::pg {
namespace {

Mapping two_columns() {
  Mapping mapping(2);
  mapping[0].name = "n";
  mapping[0].type = ColumnType::integer;
  mapping[1].name = "j";
  mapping[1].type = ColumnType::jsonb;
  return mapping;
}

Statement built(const Shape& shape) {
  return build_statement(tables_beside({.schema = "s", .table = "t"}), two_columns(), shape);
}

constexpr std::uint32_t uuids = 2951;
constexpr std::uint32_t int4s = 1007;
constexpr std::uint32_t texts = 1009;

TEST(Statement, puts_the_ledger_outside_and_the_rows_inside) {
  const Statement statement = built({.attempt = Attempt::optimistic});

  EXPECT_EQ(statement.sql,
            "WITH stored AS (INSERT INTO \"s\".\"t\" (\"n\", \"j\") SELECT t.c1, t.c2::jsonb FROM "
            "(SELECT unnest($2::int4[]) AS c1, unnest($3::text[]) AS c2) AS t) "
            "INSERT INTO \"s\".\"moretta_ledger\" (key) SELECT unnest($1::uuid[])");
  EXPECT_EQ(statement.types, (std::vector<std::uint32_t>{uuids, int4s, texts}));
}

TEST(Statement, stores_only_what_is_fresh_when_it_tolerates_duplicates) {
  const Statement statement = built({.attempt = Attempt::tolerant});

  EXPECT_EQ(
      statement.sql,
      "WITH fresh AS (INSERT INTO \"s\".\"moretta_ledger\" (key) SELECT unnest($1::uuid[]) ON "
      "CONFLICT DO NOTHING RETURNING key), "
      "stored AS (INSERT INTO \"s\".\"t\" (\"n\", \"j\") SELECT t.c1, t.c2::jsonb FROM "
      "(SELECT unnest($1::uuid[]) AS k, unnest($2::int4[]) AS c1, unnest($3::text[]) AS c2) AS t "
      "JOIN fresh ON fresh.key = t.k) SELECT key FROM fresh");
}

TEST(Statement, keeps_the_order_of_rows_through_the_join_where_it_means_something) {
  const Statement statement =
      build_statement(tables_beside({.schema = "s", .table = "t"}), two_columns(),
                      {.attempt = Attempt::tolerant}, {.order = Order::by_group});

  EXPECT_NE(statement.sql.find("WITH ORDINALITY AS t(k, c1, c2, n) JOIN fresh ON fresh.key = t.k "
                               "ORDER BY t.n)"),
            std::string::npos)
      << statement.sql;
}

TEST(Statement, is_one_plain_insert_without_a_ledger) {
  const Statement statement = built({.attempt = Attempt::plain});

  EXPECT_EQ(statement.sql,
            "INSERT INTO \"s\".\"t\" (\"n\", \"j\") SELECT t.c1, t.c2::jsonb FROM "
            "(SELECT unnest($1::int4[]) AS c1, unnest($2::text[]) AS c2) AS t");
  EXPECT_EQ(statement.types, (std::vector<std::uint32_t>{int4s, texts}));
}

TEST(Statement, gives_the_ledger_the_keys_of_rows_and_quarantine_in_one_order) {
  const Statement statement = built({.attempt = Attempt::optimistic, .quarantine = true});

  EXPECT_TRUE(statement.sql.ends_with(
      "(key) SELECT k FROM unnest($1::uuid[] || $4::uuid[]) AS k ORDER BY k"))
      << statement.sql;
}

TEST(Statement, has_a_name_and_an_index_for_each_shape) {
  std::set<std::string> names;
  for (const Attempt attempt : {Attempt::plain, Attempt::optimistic, Attempt::tolerant}) {
    for (const auto& [rows, vault, quarantine] :
         std::vector<std::tuple<bool, bool, bool>>{{true, false, false},
                                                   {true, true, false},
                                                   {true, false, true},
                                                   {true, true, true},
                                                   {false, false, true}}) {
      const Shape shape{attempt, rows, vault, quarantine};
      names.insert(built(shape).name);
      EXPECT_LT(shape_index(shape), shapes_max);
    }
  }
  EXPECT_EQ(names.size(), 15U);
}

}  // namespace
}  // namespace moretta::pg
