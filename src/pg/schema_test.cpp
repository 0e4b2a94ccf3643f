#include "pg/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace moretta::pg {
namespace {

using testing::HasSubstr;
using testing::Not;

Mapping logins() {
  Mapping mapping(2);
  mapping[0].name = "user_id";
  mapping[0].type = ColumnType::varchar;
  mapping[0].width = 128;
  mapping[1].name = "create date";
  mapping[1].type = ColumnType::date;
  return mapping;
}

TEST(Schema, declares_the_table_as_the_mapping_does) {
  const std::string sql =
      schema_sql(tables_beside({.schema = "app", .table = "user_logins"}), logins(), 150000);

  EXPECT_THAT(sql, HasSubstr("CREATE TABLE IF NOT EXISTS \"app\".\"user_logins\" (\n"
                             "  \"user_id\" varchar(128),\n"
                             "  \"create date\" date\n);"));
}

TEST(Schema, partitions_the_ledger_where_the_server_can) {
  const Tables tables = tables_beside({.schema = {}, .table = "t"});

  EXPECT_THAT(schema_sql(tables, logins(), 110000), HasSubstr("PARTITION BY RANGE (key)"));
  EXPECT_THAT(schema_sql(tables, logins(), 100023), Not(HasSubstr("PARTITION BY")));
}

TEST(Schema, is_one_transaction_with_every_name_filled_in) {
  const std::string sql = schema_sql(tables_beside({.schema = {}, .table = "t"}), logins(), 150000);

  EXPECT_TRUE(sql.starts_with("BEGIN;"));
  EXPECT_TRUE(sql.ends_with("COMMIT;\n"));
  EXPECT_THAT(sql, Not(HasSubstr("{")));
  for (const char* table : {"moretta_ledger", "moretta_quarantine", "pii_vault", "pii_key_registry",
                            "moretta_unmask_audit", "moretta_manifest"}) {
    EXPECT_THAT(sql, HasSubstr(std::string("CREATE TABLE IF NOT EXISTS \"") + table + "\""));
  }
}

TEST(Roles, give_the_worker_no_right_to_read_rows_and_nobody_the_right_to_delete_any) {
  std::string sql = roles_sql(tables_beside({.schema = "app", .table = "t"}));

  EXPECT_THAT(sql, Not(HasSubstr("{")));
  EXPECT_THAT(sql, HasSubstr("GRANT INSERT ON \"app\".\"t\", "));
  // But for records of the quarantine that have become rows.
  const std::string replay =
      "GRANT SELECT, DELETE ON \"app\".\"moretta_quarantine\" TO moretta_replay;";
  const std::size_t at = sql.find(replay);
  ASSERT_NE(at, std::string::npos);
  sql.erase(at, replay.size());
  for (const char* right : {"DELETE", "TRUNCATE", "GRANT ALL"}) {
    EXPECT_THAT(sql, Not(HasSubstr(right)));
  }
}

}  // namespace
}  // namespace moretta::pg
