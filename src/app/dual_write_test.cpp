// A second column during a change of key or method.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config_load.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Config, Problems> load(const std::string& dual_write, const Needs& needs = {},
                              const std::string& more = "") {
  CommandWorld world;
  world.variables["SECRET_KEY"] = test_secret_key;
  return parse_config({.name = "f",
                       .text = "table:\n  name: t\n  columns:\n    a: {from: /ip, type: "
                               "varchar(80), mask: hmac-sha256, nullable: true, dual_write: " +
                               dual_write + "}\n" + more},
                      {}, world.environment(), needs);
}

std::vector<std::string> faults(const std::string& dual_write, const Needs& needs = {},
                                const std::string& more = "") {
  const auto config = load(dual_write, needs, more);
  return config ? std::vector<std::string>() : config.error().lines();
}

}  // namespace

TEST(DualWrite, is_a_column_like_the_first_with_a_mask_of_its_own) {
  const auto config = load("{column: b, type: varchar(110), mask: aes-siv}");

  ASSERT_TRUE(config.ok()) << testing::PrintToString(config.error().lines());
  const Table& table = config.value().table;
  ASSERT_EQ(table.mapping.size(), 2U);
  Column expected = table.mapping[0];
  expected.name = "b";
  expected.width = 110;
  EXPECT_EQ(table.mapping[1], expected);
  EXPECT_EQ(table.policies[1], (mask::Policy{.method = mask::Method::aes_siv, .domain = "ip"}));
  ASSERT_EQ(table.dual_writes.size(), 1U);
  EXPECT_EQ(table.dual_writes[0].column, "a");
  EXPECT_EQ(table.dual_writes[0].into, "b");
}

TEST(DualWrite, keeps_the_mask_if_only_the_key_is_another) {
  const auto config = load("{column: b, key: 2}");

  ASSERT_TRUE(config.ok()) << testing::PrintToString(config.error().lines());
  mask::Policy expected = config.value().table.policies[0];
  expected.key_id = 2;
  EXPECT_EQ(config.value().table.policies[1], expected);
  EXPECT_NE(fingerprint(config.value().table),
            fingerprint(load("{column: b, key: 3}").value().table));
}

TEST(DualWrite, says_what_is_wrong_with_it) {
  const std::pair<std::string, std::string> cases[] = {
      {"{key: 2}", "`column` is missing"},
      {"{column: b}", "the second token would be the first"},
      {"{column: a, key: 2}", "there is another column `a`"},
      {"{column: b, key: 0}", "`key` `0` is not the number of a key"},
      {"{column: b, mask: keep}", "both masks must give tokens"},
      {"{column: b, mask: md5, key: 2}", "md5 takes no key"},
      {"{column: b, type: varchar(20), key: 2}", "varchar(20) is too narrow"},
      {"{column: b, type: inet, key: 2}", "a masked value is a text"},
      {"{column: b, mask: nonsense}", "`nonsense` is not a mask"},
      {"{column: b, key: 2, lane: 2}", "unknown key `lane`"},
      {"b", "`dual_write` of column `a`"}};

  for (const auto& [text, fault] : cases) {
    EXPECT_THAT(faults(text), ElementsAre(HasSubstr(fault))) << text;
  }
}

TEST(DualWrite, wants_its_key_among_those_that_may_be_read) {
  EXPECT_THAT(faults("{column: b, key: 2}", {.key = KeyUse::tokens}),
              ElementsAre(HasSubstr("there is no key 2 that may be read")));
  EXPECT_THAT(faults("{column: b, mask: aes-siv, key: 1}", {.key = KeyUse::tokens}), ElementsAre());
}

}  // namespace moretta::app
