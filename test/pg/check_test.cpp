// What `check --connect` finds, one difference at a time.

#include "pg/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/world.hpp"

namespace moretta::test {
namespace {

using pg::Severity;

mask::Policy policy(mask::Method method) {
  mask::Policy made;
  made.method = method;
  made.domain = "d";
  return made;
}

pg::CheckOptions options_of(const World& world) {
  return {.tables = world.tables,
          .mapping = world.rows.mapping(),
          .policies =
              std::vector<mask::Policy>(world.rows.mapping().size(), policy(mask::Method::keep))};
}

std::vector<std::string> shown(const std::vector<pg::Finding>& findings) {
  std::vector<std::string> out;
  for (const pg::Finding& finding : findings) {
    EXPECT_FALSE(finding.fix.empty());
    out.push_back((finding.severity == Severity::error ? "error " : "warning ") + finding.subject +
                  " " + finding.what);
  }
  return out;
}

// With a change to the database that is taken back afterwards.
std::vector<std::string> findings_of(const World& world, const pg::CheckOptions& options,
                                     const std::string& change = "") {
  pg::Connection connection = world.connect();
  connection.run("change", "BEGIN; " + change);
  return shown(pg::check(connection, options));
}

TEST(Check, finds_nothing_where_all_is_well) {
  World world;

  EXPECT_THAT(findings_of(world, options_of(world)), testing::IsEmpty());
}

TEST(Check, names_each_difference_between_config_and_table) {
  const struct {
    const char* change;
    const char* want;
  } cases[] = {
      {"DROP TABLE logins", "error logins is missing"},
      {"DROP TABLE moretta_ledger", "error moretta_ledger is missing"},
      {"DROP TABLE moretta_quarantine", "error moretta_quarantine is missing"},
      {"ALTER TABLE logins DROP COLUMN t", "error logins.t is missing"},
      {"ALTER TABLE logins ALTER n TYPE date USING NULL",
       "error logins.n is date, which takes no integer"},
      {"ALTER TABLE logins ALTER n TYPE smallint",
       "warning logins.n is smallint: larger numbers of integer will be quarantined"},
      {"ALTER TABLE logins ALTER t TYPE varchar(7)", "warning logins.t holds 7 characters"},
      {"ALTER TABLE logins ALTER t SET NOT NULL", "warning logins.t takes no NULL"},
      {"ALTER TABLE logins ADD extra int NOT NULL",
       "error logins.extra takes no NULL, and nothing is mapped to it"},
      {"ALTER TABLE logins DROP COLUMN n; ALTER TABLE logins ADD n int GENERATED ALWAYS AS "
       "IDENTITY",
       "error logins.n is generated always"},
      {"ALTER TABLE moretta_quarantine DROP COLUMN pointer",
       "error moretta_quarantine has no column pointer"},
      {"ALTER TABLE moretta_quarantine DROP CONSTRAINT moretta_quarantine_pkey",
       "error moretta_quarantine has no primary key"},
      {"ALTER TABLE moretta_ledger DROP CONSTRAINT moretta_ledger_pkey",
       "error moretta_ledger has no primary key"},
  };

  World world;
  for (const auto& [change, want] : cases) {
    EXPECT_THAT(findings_of(world, options_of(world), change),
                testing::Contains(testing::StartsWith(want)))
        << change;
  }
}

TEST(Check, accepts_what_the_server_converts_by_itself) {
  World world;
  for (const char* change :
       {"ALTER TABLE logins ALTER n TYPE bigint", "ALTER TABLE logins ALTER n TYPE numeric",
        "ALTER TABLE logins ALTER t TYPE text", "ALTER TABLE logins ALTER n TYPE text",
        "CREATE DOMAIN small AS varchar(9); ALTER TABLE logins ALTER t TYPE small",
        "ALTER TABLE logins ADD extra int NOT NULL DEFAULT 1",
        "ALTER TABLE logins ADD extra int"}) {
    EXPECT_THAT(findings_of(world, options_of(world), change), testing::IsEmpty()) << change;
  }
}

TEST(Check, proves_that_tokens_fit_their_column) {
  const struct {
    mask::Method method;
    int width;
    const char* want;
  } cases[] = {
      {mask::Method::md5, 32, nullptr},
      {mask::Method::md5, 31, "error logins.t holds 31 characters, a token of md5 has 32 or more"},
      {mask::Method::hmac_sha256, 67, nullptr},
      {mask::Method::hmac_sha256, 66, "error logins.t holds 66 characters"},
      {mask::Method::aes_siv, 256, nullptr},
      {mask::Method::aes_siv, 67,
       "warning logins.t holds 67 characters: values of more than 31 bytes"},
      {mask::Method::aes_siv, 66, "error logins.t holds 66 characters"},
  };

  World world({column("t", ColumnType::varchar, 256)});
  pg::CheckOptions options = options_of(world);
  for (const auto& [method, width, want] : cases) {
    options.policies = {policy(method)};

    const auto got = findings_of(
        world, options, "ALTER TABLE logins ALTER t TYPE varchar(" + std::to_string(width) + ")");

    if (want == nullptr) {
      EXPECT_THAT(got, testing::IsEmpty()) << width;
    } else {
      EXPECT_THAT(got, testing::ElementsAre(testing::StartsWith(want)));
    }
  }
}

TEST(Check, lists_the_rights_that_a_role_lacks_all_at_once) {
  World world;
  const std::string role = world.make_role("GRANT SELECT ON logins TO {role}");
  pg::CheckOptions options = options_of(world);
  options.policies[1] = policy(mask::Method::hmac_sha256);
  options.policies[1].recover = mask::Recover::aes_siv;
  pg::Connection connection(pg::Conninfo(role), {});

  const auto got = shown(pg::check(connection, options));

  for (const std::string table : {"logins", "moretta_ledger", "moretta_quarantine", "pii_vault"}) {
    EXPECT_THAT(got, testing::Contains(testing::AllOf(testing::StartsWith("error " + table + " "),
                                                      testing::EndsWith("no right to INSERT"))));
  }
  EXPECT_THAT(got, testing::Contains(testing::AllOf(testing::StartsWith("error moretta_ledger "),
                                                    testing::EndsWith("no right to SELECT"))));
}

TEST(Check, says_that_a_server_takes_no_writes) {
  World world;
  pg::Connection connection = world.connect();
  connection.run("set up", "SET default_transaction_read_only = on");

  EXPECT_THAT(shown(pg::check(connection, options_of(world))),
              testing::ElementsAre(testing::StartsWith("error server takes no writes")));
}

TEST(Check, wants_a_unique_index_on_the_business_key_alone) {
  World world;
  pg::CheckOptions options = options_of(world);
  options.business_key = {.columns = {"t", "n"}, .on_conflict = OnConflict::update};
  const std::string missing =
      "error logins has no unique index on (\"t\", \"n\") alone: the database would not see a "
      "conflict";

  EXPECT_THAT(findings_of(world, options), testing::ElementsAre(missing));
  EXPECT_THAT(findings_of(world, options, "CREATE UNIQUE INDEX ON logins (n)"),
              testing::ElementsAre(missing));
  EXPECT_THAT(findings_of(world, options, "CREATE UNIQUE INDEX ON logins (n, t) WHERE n > 0"),
              testing::ElementsAre(missing));
  EXPECT_THAT(findings_of(world, options, "CREATE UNIQUE INDEX ON logins (n, t)"),
              testing::IsEmpty());
}

}  // namespace
}  // namespace moretta::test
