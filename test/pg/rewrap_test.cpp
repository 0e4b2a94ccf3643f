// A change of tokens against a real table: what it changes, and that it may be interrupted
// anywhere.

#include "app/change/rewrap.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/change/sql.hpp"
#include "app/change/token_form.hpp"
#include "base/errors.hpp"
#include "pg/sql_text.hpp"
#include "support/postgres.hpp"

namespace moretta::app {

namespace {

using Ratio = RewrapPlan::Ratio;

// Old tokens are c1:n, new ones s2:n; a change is to say so.
class Rewrapping : public testing::Test {
 protected:
  Rewrapping() {
    run("CREATE TABLE t (id int, token varchar(256), other text)");
    run("INSERT INTO t SELECT n, 'c1:' || n % 400, 'x' FROM generate_series(1, 3000) n");
    run("INSERT INTO t VALUES (0, NULL, 'null'), (-1, 's2:7', 'new already')");
    run(pg::fill(sql::token_map_sql, {{"map", plan.map.quoted()}}));
  }

  void run(const std::string& sql) { connection.run("prepare the test", sql); }
  std::string one(const std::string& sql) { return test::query_one(database, sql); }

  RewrapReport rewrap() { return app::rewrap(connection, plan, work, clock); }

  // As if the program were killed after so many tokens.
  RewrapWork dying_after(int tokens) const {
    RewrapWork dying;
    dying.change.emplace_back(
        [left = tokens, this](std::string_view token, std::string_view sealed) mutable {
          if (--left < 0) {
            throw Unavailable("killed");
          }
          return work.change[0](token, sealed);
        });
    return dying;
  }

  std::string database = test::fresh_database(test::postgres());
  pg::Connection connection{pg::Conninfo(database), {}};
  SystemClock clock;
  RewrapPlan plan{
      .table = {.schema = {}, .table = "t"},
      .column = "token",
      .domain = "ip",
      .target = "aes-siv 2",
      .old_tokens =
          old_tokens_sql(OldForm::ours, {.method = mask::Method::aes_siv}, 2, "token").value(),
      .map = {.schema = {}, .table = "moretta_token_map"},
      .vault = {.schema = {}, .table = "pii_vault"},
      .batch_tokens = 64};
  RewrapWork work{.change = {[](std::string_view token, std::string_view) {
                    return std::optional(ChangedToken{"s2:" + std::string(token.substr(3))});
                  }},
                  .seal_again = {},
                  .on_step = {}};
};

constexpr const char* wrong_rows =
    "SELECT count(*) FROM t WHERE id > 0 AND token IS DISTINCT FROM 's2:' || id % 400";

}  // namespace

TEST_F(Rewrapping, changes_every_old_token_and_nothing_else) {
  const RewrapReport report = rewrap();

  EXPECT_TRUE(report.adds_up());
  EXPECT_EQ(report.before, (RewrapCounts{.rows = 3001, .distinct = 401, .old_rows = 3000}));
  EXPECT_EQ(report.after, (RewrapCounts{.rows = 3001, .distinct = 400, .old_rows = 0}));
  EXPECT_EQ(report.distinct_expected, 400U);  // one of the new ones was there before
  EXPECT_EQ(report.tokens, 400U);
  EXPECT_EQ(report.rows, 3000U);
  EXPECT_EQ(one(wrong_rows), "0");
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE id <= 0 AND (token IS NULL OR token = 's2:7')"), "2");
  EXPECT_EQ(one("SELECT count(*) FROM moretta_token_map WHERE new_token = "
                "'s2:' || substr(old_token, 4)"),
            "400");
}

TEST_F(Rewrapping, does_nothing_the_second_time) {
  rewrap();

  const RewrapReport again = rewrap();

  EXPECT_TRUE(again.adds_up());
  EXPECT_EQ(again.tokens, 0U);
  EXPECT_EQ(again.rows, 0U);
  EXPECT_EQ(one(wrong_rows), "0");
}

TEST_F(Rewrapping, goes_on_where_it_was_interrupted) {
  for (const int tokens : {0, 1, 63, 64, 65, 200}) {
    const RewrapWork dying = dying_after(tokens);
    EXPECT_THROW(app::rewrap(connection, plan, dying, clock), Unavailable);
    connection.run("let go", "SELECT pg_advisory_unlock_all()");
  }
  const std::string done = one("SELECT count(new_token) FROM moretta_token_map");

  const RewrapReport report = rewrap();

  EXPECT_EQ(done, "320");  // whole batches
  EXPECT_EQ(report.tokens, 80U);
  EXPECT_TRUE(report.adds_up());
  EXPECT_EQ(one(wrong_rows), "0");
}

TEST_F(Rewrapping, shares_the_work_among_threads) {
  for (int thread = 1; thread < 4; ++thread) {
    work.change.push_back(work.change[0]);
  }

  EXPECT_TRUE(rewrap().adds_up());
  EXPECT_EQ(one(wrong_rows), "0");
}

TEST_F(Rewrapping, leaves_what_it_cannot_read_and_says_how_much) {
  const auto change = work.change[0];
  work.change[0] = [change](std::string_view token, std::string_view sealed) {
    return token == "c1:13" ? std::nullopt : change(token, sealed);
  };

  const RewrapReport report = rewrap();

  EXPECT_EQ(report.unreadable, 1U);
  EXPECT_EQ(report.after.old_rows, 8U);
  EXPECT_TRUE(report.adds_up());
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE token = 'c1:13'"), "8");
}

TEST_F(Rewrapping, notices_two_tokens_that_became_one) {
  work.change[0] = [](std::string_view, std::string_view) {
    return std::optional(ChangedToken{"s2:1"});
  };

  EXPECT_FALSE(rewrap().adds_up());

  plan.target = "again";
  plan.ratio = Ratio::many_to_one;
  run("UPDATE t SET token = 'c1:' || id % 400 WHERE id > 0");
  EXPECT_TRUE(rewrap().adds_up());
}

TEST_F(Rewrapping, takes_in_what_workers_write_meanwhile) {
  int steps = 0;
  work.on_step = [&](const RewrapStep&) {
    if (++steps == 3) {
      test::query(database, "INSERT INTO t VALUES (5000, 'c1:200', 'late')");
    }
  };

  const RewrapReport report = rewrap();

  EXPECT_EQ(report.after.old_rows, 0U);
  EXPECT_EQ(one("SELECT token FROM t WHERE id = 5000"), "s2:200");
}

TEST_F(Rewrapping, changes_the_partitions_of_a_table) {
  run("DROP TABLE t; CREATE TABLE t (id int, token varchar(256)) PARTITION BY RANGE (id)");
  run("CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1500)");
  run("CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (1500) TO (9000)");
  run("INSERT INTO t SELECT n, 'c1:' || n % 400 FROM generate_series(1, 3000) n");

  EXPECT_TRUE(rewrap().adds_up());
  EXPECT_EQ(one(wrong_rows), "0");
}

TEST_F(Rewrapping, takes_the_vault_along) {
  run("CREATE TABLE pii_vault (domain text, token text, key_id int, sealed text, first_seen "
      "timestamptz DEFAULT now(), PRIMARY KEY (domain, token))");
  run("INSERT INTO pii_vault SELECT 'ip', 'c1:' || n, 1, 'sealed ' || n FROM generate_series(0, "
      "399) n");
  run("INSERT INTO pii_vault VALUES ('device', 'c1:1', 1, 'of another domain')");
  EXPECT_THROW(rewrap(), Refused);
  connection.run("let go", "SELECT pg_advisory_unlock_all()");
  work.seal_again = [](const VaultRow& row) {
    return std::optional(SealedAgain{.key_id = 2, .sealed = row.sealed + " for " + row.new_token});
  };

  const RewrapReport report = rewrap();

  EXPECT_EQ(report.vault_rows, 400U);
  EXPECT_EQ(one("SELECT count(*) FROM pii_vault WHERE domain = 'ip'"), "400");
  EXPECT_EQ(one("SELECT sealed FROM pii_vault WHERE token = 's2:7'"), "sealed 7 for s2:7");
  EXPECT_EQ(one("SELECT count(*) FROM pii_vault WHERE domain = 'device'"), "1");
}

TEST_F(Rewrapping, throws_the_map_away_if_it_would_undo_the_change) {
  plan.map_after = RewrapPlan::Map::drop;

  EXPECT_TRUE(rewrap().adds_up());
  EXPECT_EQ(one("SELECT count(*) FROM moretta_token_map"), "0");
}

TEST_F(Rewrapping, opens_one_way_tokens_by_way_of_the_vault) {
  run("CREATE TABLE pii_vault (domain text, token text, key_id int, sealed text, first_seen "
      "timestamptz DEFAULT now(), PRIMARY KEY (domain, token))");
  run("UPDATE t SET token = 'h1:' || substr(token, 4) WHERE token ~ '^c1'");
  run("INSERT INTO pii_vault SELECT 'ip', 'h1:' || n, 1, 'c1:' || n FROM generate_series(0, 398) "
      "n");
  plan.originals = RewrapPlan::Originals::in_vault;
  work.change[0] = [](std::string_view token,
                      std::string_view sealed) -> std::optional<ChangedToken> {
    if (sealed.empty()) {
      return std::nullopt;
    }
    EXPECT_EQ(token.substr(3), sealed.substr(3));
    return ChangedToken{"s2:" + std::string(sealed.substr(3))};
  };
  work.seal_again = [](const VaultRow&) {
    return std::optional<SealedAgain>();
  };

  const RewrapReport report = rewrap();

  EXPECT_TRUE(report.map_fits);
  EXPECT_EQ(report.after.old_rows, 7U);  // of the one that the vault does not have
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE token = 'h1:399'"), "7");
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE id > 0 AND token IS DISTINCT FROM 's2:' || id % 400"),
            "7");
}

TEST_F(Rewrapping, gives_a_new_token_its_original_before_any_row_holds_it) {
  run("CREATE TABLE pii_vault (domain text, token text, key_id int, sealed text, first_seen "
      "timestamptz DEFAULT now(), PRIMARY KEY (domain, token))");
  work.change[0] = [change = work.change[0]](std::string_view token, std::string_view sealed) {
    auto changed = change(token, sealed);
    changed->original = SealedAgain{.key_id = 2, .sealed = "of " + changed->token};
    return changed;
  };

  const RewrapReport report = rewrap();

  EXPECT_TRUE(report.adds_up());
  EXPECT_EQ(report.vault_rows, 400U);
  EXPECT_EQ(one("SELECT count(*) FROM t LEFT JOIN pii_vault v USING (token) WHERE id > 0 AND "
                "v.sealed IS DISTINCT FROM 'of ' || token"),
            "0");
}

// As under a dual write: old rows have one token, later ones both.
class DualWriting : public Rewrapping {
 protected:
  DualWriting() {
    run("ALTER TABLE t ADD COLUMN next varchar(256)");
    run("INSERT INTO t SELECT 10000 + n, 'c1:' || n, 'both', 's2:' || n FROM generate_series(0, "
        "99) n");
    plan.into = "next";
  }

  static constexpr const char* wrong_next =
      "SELECT count(*) FROM t WHERE id > 0 AND (token !~ '^c1:' OR next IS NOT NULL AND next <> "
      "'s2:' || substr(token, 4))";
};

TEST_F(DualWriting, links_old_rows_to_values_that_came_again) {
  work.change.clear();

  const RewrapReport first = rewrap();
  run("INSERT INTO t VALUES (20000, 'c1:399', 'both', 's2:399')");
  const RewrapReport second = rewrap();

  EXPECT_TRUE(first.adds_up());
  EXPECT_EQ(first.learned, 100U);
  EXPECT_EQ(first.unreadable, 301U);  // with the one that was new already
  EXPECT_EQ(first.rows, 799U);        // eight each, but for the token of 0
  EXPECT_EQ(second.learned, 1U);
  EXPECT_EQ(second.rows, 7U);
  EXPECT_EQ(one(wrong_next), "0");
}

TEST_F(DualWriting, fills_the_rest_with_what_opens_tokens) {
  work.change[0] = [change = work.change[0]](std::string_view token, std::string_view sealed) {
    EXPECT_FALSE(token == "c1:5") << "known from a row already";
    return token.starts_with("c1:") ? change(token, sealed) : std::nullopt;
  };

  const RewrapReport report = rewrap();

  EXPECT_TRUE(report.adds_up());
  EXPECT_EQ(report.learned, 100U);
  EXPECT_EQ(report.tokens, 400U);
  EXPECT_EQ(report.unreadable, 1U);
  EXPECT_EQ(one(wrong_next), "0");
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE id > 0 AND next IS NULL"), "0");
}

TEST_F(DualWriting, leaves_open_what_leads_to_two_new_tokens) {
  work.change.clear();
  run("INSERT INTO t VALUES (20001, 'c1:7', 'both', 's2:other')");

  rewrap();

  EXPECT_EQ(one("SELECT count(*) FROM t WHERE token = 'c1:7' AND next IS NULL"), "8");
}

TEST_F(Rewrapping, lets_only_one_at_a_column) {
  pg::Connection other(pg::Conninfo(database), {});
  other.run("lock", "SELECT pg_advisory_lock(1836020325, hashtext('\"t\".\"token\"'))");

  EXPECT_THROW(rewrap(), Refused);
}

TEST(TextArray, is_read_by_postgres_as_it_was_meant) {
  const std::vector<std::optional<std::string>> texts = {"a", "", "NULL", R"(q"u\o,te{}s)",
                                                         std::nullopt};

  const std::string array = text_array(texts);

  EXPECT_EQ(array, R"({"a","","NULL","q\"u\\o,te{}s",NULL})");
}

}  // namespace moretta::app
