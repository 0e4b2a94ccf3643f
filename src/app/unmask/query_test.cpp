#include "app/unmask/query.hpp"

#include <gtest/gtest.h>

namespace moretta::app {

TEST(Condition, is_a_column_a_comparison_and_a_value) {
  const struct {
    std::string_view text;
    Condition want;
  } cases[] = {{"user_id=424cdd21", {"user_id", "=", "424cdd21"}},
               {"create_date >= 2026-11-01", {"create_date", ">=", "2026-11-01"}},
               {"a<>b", {"a", "<>", "b"}},
               {"a<b", {"a", "<", "b"}},
               {"a=b=c", {"a", "=", "b=c"}},
               {"a=", {"a", "=", ""}},
               {"a='b' OR 1=1", {"a", "=", "'b' OR 1=1"}}};

  for (const auto& [text, want] : cases) {
    const auto condition = parse_condition(text);
    ASSERT_TRUE(condition.ok()) << text;
    EXPECT_EQ(condition.value(), want) << text;
  }
}

TEST(Condition, is_refused_without_a_column_or_a_comparison) {
  for (const std::string_view text : {"", "user_id", "=x", " = x", "a LIKE b"}) {
    EXPECT_FALSE(parse_condition(text).ok()) << text;
  }
}

TEST(TokensQuery, holds_names_as_identifiers_and_no_value_at_all) {
  const Condition conditions[] = {
      {.column = "a\"; DROP TABLE t; --", .comparison = "=", .value = "'; DROP TABLE t; --"},
      {.column = "b", .comparison = ">=", .value = "2"}};

  const std::string sql =
      tokens_query({.schema = "app", .table = "t\"x"}, "masked_ip", conditions, 10);

  EXPECT_EQ(sql,
            "SELECT \"masked_ip\"::text FROM \"app\".\"t\"\"x\" WHERE \"masked_ip\" IS NOT NULL "
            "AND \"a\"\"; DROP TABLE t; --\" = $1 AND \"b\" >= $2 LIMIT 11");
}

}  // namespace moretta::app
