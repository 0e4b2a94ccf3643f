// A request for deletion against real tables.

#include "app/change/erase.hpp"

#include <gtest/gtest.h>

#include "app/change/sql.hpp"
#include "base/errors.hpp"
#include "pg/sql_text.hpp"
#include "support/postgres.hpp"

namespace moretta::app {

namespace {

class Erasing : public testing::Test {
 protected:
  Erasing() {
    run("CREATE TABLE t (id int, token text, strict text NOT NULL DEFAULT 's1:a')");
    run("INSERT INTO t VALUES (1, 's1:a'), (2, 's1:b'), (3, 's2:a'), (4, 's1:a')");
    run("CREATE TABLE pii_vault (domain text, token text, key_id int, sealed text)");
    run("INSERT INTO pii_vault VALUES ('ip', 's1:a', 1, 'x'), ('ip', 's1:b', 1, 'x'), "
        "('device', 's1:a', 1, 'x')");
    run(pg::fill(sql::token_map_sql, {{"map", plan.map.quoted()}}));
    run("INSERT INTO moretta_token_map VALUES ('ip', 'aes-siv 2', 's1:a', 's2:a'), "
        "('ip', 'aes-siv 2', 's1:b', 's2:b')");
    make_receipts_table(connection, plan.receipts);
  }

  void run(const std::string& sql) { connection.run("prepare the test", sql); }
  std::string one(const std::string& sql) { return test::query_one(database, sql); }

  std::string database = test::fresh_database(test::postgres());
  pg::Connection connection{pg::Conninfo(database), {}};
  ErasePlan plan{.table = {.schema = {}, .table = "t"},
                 .vault = {.schema = {}, .table = "pii_vault"},
                 .map = {.schema = {}, .table = "moretta_token_map"},
                 .receipts = {.schema = {}, .table = "moretta_erasure"},
                 .column = "token",
                 .domain = "ip",
                 .reason = "request 17"};
  std::vector<ErasedToken> tokens = {{.token = "s1:a", .digest = "d1"},
                                     {.token = "s2:a", .digest = "d2"}};
};

}  // namespace

TEST_F(Erasing, deletes_all_that_leads_back_and_leaves_a_receipt) {
  const Receipt receipt = erase(connection, plan, tokens);

  EXPECT_EQ(receipt.cells, 3U);
  EXPECT_EQ(receipt.vault_rows, 1U);
  EXPECT_EQ(receipt.map_rows, 1U);
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE token IS NULL"), "3");
  EXPECT_EQ(one("SELECT string_agg(domain || token, ' ' ORDER BY domain) FROM pii_vault"),
            "devices1:a ips1:b");
  EXPECT_EQ(one("SELECT old_token FROM moretta_token_map"), "s1:b");
  EXPECT_EQ(test::query(database,
                        "SELECT id, reason, table_name, column_name, token_digests, "
                        "cells, vault_rows, map_rows FROM moretta_erasure"),
            std::vector<std::string>{"1|request 17|t|token|{d1,d2}|3|1|1"});
}

TEST_F(Erasing, leaves_the_cells_if_told_to) {
  plan.cells = Cells::leave;

  const Receipt receipt = erase(connection, plan, tokens);

  EXPECT_EQ(receipt.cells, 0U);
  EXPECT_EQ(receipt.vault_rows, 1U);
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE token = 's1:a'"), "2");
}

TEST_F(Erasing, writes_a_word_where_nothing_may_not_stand) {
  plan.column = "strict";

  EXPECT_EQ(erase(connection, plan, tokens).cells, 4U);
  EXPECT_EQ(one("SELECT DISTINCT strict FROM t"), "erased");
}

TEST_F(Erasing, needs_neither_vault_nor_map) {
  run("DROP TABLE pii_vault; DROP TABLE moretta_token_map");

  EXPECT_EQ(erase(connection, plan, tokens).cells, 3U);
}

TEST_F(Erasing, gives_a_receipt_even_if_nothing_was_there) {
  const std::vector<ErasedToken> unknown = {{.token = "s1:z", .digest = "d"}};

  const Receipt receipt = erase(connection, plan, unknown);

  EXPECT_EQ(receipt.cells + receipt.vault_rows + receipt.map_rows, 0U);
  EXPECT_EQ(one("SELECT count(*) FROM moretta_erasure"), "1");
}

TEST_F(Erasing, keeps_receipts_for_ever) {
  erase(connection, plan, tokens);

  EXPECT_THROW(run("DELETE FROM moretta_erasure"), Refused);
  EXPECT_THROW(run("UPDATE moretta_erasure SET reason = 'another'"), Refused);
  EXPECT_THROW(run("TRUNCATE moretta_erasure"), Refused);
  EXPECT_EQ(one("SELECT reason FROM moretta_erasure"), "request 17");
}

}  // namespace moretta::app
