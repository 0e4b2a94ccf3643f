#include "pg/table_name.hpp"

#include <gtest/gtest.h>

#include "base/errors.hpp"

namespace moretta::pg {
namespace {

TEST(TableName, is_read_with_and_without_a_schema) {
  const struct {
    std::string_view text;
    TableName want;
  } cases[] = {
      {"user_logins", {"", "user_logins"}},
      {"app.user_logins", {"app", "user_logins"}},
      {"App.User Logins", {"App", "User Logins"}},
      {R"("a.b"."c""d")", {"a.b", "c\"d"}},
  };

  for (const auto& [text, want] : cases) {
    EXPECT_EQ(parse_table_name(text), want) << text;
  }
}

TEST(TableName, is_refused_when_it_names_no_table) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string("a."), std::string("a.b.c"),
        std::string("\"open"), std::string(64, 'x')}) {
    EXPECT_THROW(parse_table_name(text), Refused) << text;
  }
}

TEST(TableName, quotes_so_that_a_name_cannot_end_early) {
  const TableName name{.schema = "s", .table = R"(x"; drop table y; --)"};

  EXPECT_EQ(name.quoted(), R"("s"."x""; drop table y; --")");
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
}

TEST(Tables, stand_beside_the_target) {
  const Tables tables = tables_beside({.schema = "app", .table = "logins"});

  EXPECT_EQ(tables.ledger.quoted(), R"("app"."moretta_ledger")");
  EXPECT_EQ(tables.quarantine.shown(), "app.moretta_quarantine");
  EXPECT_EQ(tables.vault.shown(), "app.pii_vault");
}

}  // namespace
}  // namespace moretta::pg
