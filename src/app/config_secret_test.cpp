#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/config_load.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string table = "table: {name: t, columns: {c: {from: /a, type: text, mask: aes-siv}}}\n";

constexpr Needs everything{.queue = Need::yes, .database = Need::yes, .key = KeyUse::all};

Result<Config, Problems> load(const std::string& text, const CommandWorld& world,
                              const Needs& needs) {
  return parse_config({.name = "f", .text = text}, {}, world.environment(), needs);
}

TEST(ConfigSecret, reads_the_key_from_a_variable_or_a_private_file) {
  CommandWorld world;
  world.variables["SECRET_KEY"] = test_secret_key;
  const TemporaryFolder folder;
  const std::string file = folder.write("key", std::string(test_secret_key) + "\n");
  ::chmod(file.c_str(), 0600);

  const auto from_variable = load(table, world, {.key = KeyUse::tokens});
  const auto from_file =
      load("keys: {secret: \"file:" + file + "\"}\n" + table, world, {.key = KeyUse::tokens});

  ASSERT_TRUE(from_variable.ok() && from_file.ok());
  EXPECT_EQ(mask::key_check_value(*from_variable.value().keys.master),
            mask::key_check_value(*from_file.value().keys.master));
}

TEST(ConfigSecret, refuses_a_file_that_others_can_read) {
  const CommandWorld world;
  const TemporaryFolder folder;
  const std::string file = folder.write("key", test_secret_key);
  ::chmod(file.c_str(), 0644);

  const auto config =
      load("keys: {secret: \"file:" + file + "\"}\n" + table, world, {.key = KeyUse::tokens});

  ASSERT_FALSE(config.ok());
  EXPECT_THAT(
      config.error().lines(),
      ElementsAre(HasSubstr("is open to other users of the machine; run: chmod 600 " + file)));
}

TEST(ConfigSecret, says_how_to_make_a_key_when_there_is_none_or_a_bad_one) {
  const std::pair<std::optional<std::string>, std::string> cases[] = {
      {std::nullopt,
       "f:1:1: `keys.secret`: the variable SECRET_KEY is not set; it must hold 64 hex "
       "digits or base64 of 32 bytes, or a keyset; make one: openssl rand -hex 32"},
      {"",
       "f:1:1: `keys.secret`: the variable SECRET_KEY is empty; it must hold 64 hex digits or "
       "base64 of 32 bytes, or a keyset; make one: openssl rand -hex 32"},
  };

  for (const auto& [key, want] : cases) {
    CommandWorld world;
    if (key) {
      world.variables["SECRET_KEY"] = *key;
    }

    const auto config = load(table, world, {.key = KeyUse::tokens});

    ASSERT_FALSE(config.ok());
    EXPECT_THAT(config.error().lines(), ElementsAre(want));
  }
}

TEST(ConfigSecret, refuses_malformed_and_weak_keys_without_repeating_them) {
  const std::string keys[] = {
      "hunter2",
      std::string(64, 'a'),
      std::string(64, 'z'),
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
  };

  for (const std::string& key : keys) {
    CommandWorld world;
    world.variables["SECRET_KEY"] = key;

    const auto config = load(table, world, {.key = KeyUse::tokens});

    ASSERT_FALSE(config.ok()) << key;
    EXPECT_THAT(config.error().lines(), ElementsAre(HasSubstr("openssl rand -hex 32")));
    EXPECT_THAT(config.error().lines(), ElementsAre(Not(HasSubstr(key))));
  }
}

TEST(ConfigSecret, needs_no_key_where_nothing_is_made_with_one) {
  const CommandWorld world;
  const std::string kept = "table: {name: t, columns: {c: {from: /a, type: text, mask: keep}}}\n";
  const std::string vault =
      "table: {name: t, columns: {c: {from: /a, type: text, mask: {method: md5, recover: "
      "aes-siv}}}}\n";

  EXPECT_TRUE(load(kept, world, {.key = KeyUse::tokens}).ok());
  EXPECT_TRUE(load("on_reject: leave\n" + kept, world, {.key = KeyUse::all}).ok());
  EXPECT_FALSE(load(kept, world, {.key = KeyUse::all}).ok()) << "the quarantine is sealed";
  EXPECT_TRUE(load(vault, world, {.key = KeyUse::tokens}).ok());
  EXPECT_FALSE(load("on_reject: leave\n" + vault, world, {.key = KeyUse::all}).ok());
}

TEST(ConfigSecret, refuses_secrets_that_are_written_in_the_file) {
  const std::string password =
      "f:1:17: `database.url` holds a password, and the file may be read by others; allowed: "
      "env:NAME, file:PATH, or ${NAME} in its place; write `url: env:DATABASE_URL`";
  const std::pair<std::string, std::string> cases[] = {
      {"database: {url: \"postgres://u:hunter2@h/d\"}\n", password},
      {"database: {url: \"postgres://u@h/d?password=hunter2\"}\n", password},
      {"database: {url: \"host=h password=hunter2\"}\n", password},
      {"database: {url: \"postgres://u:${PW:-hunter2}@h/d\"}\n", password},
      {"database: {url: \"${DB:-postgres://u:hunter2@h/d}\"}\n", password},
      {"keys: {secret: hunter2}\n",
       "f:1:16: `keys.secret` must say where the key is, never the key itself; allowed: "
       "file:PATH, env:NAME, fd:NUMBER, cmd:COMMAND, systemd:NAME, docker:NAME, awssm:NAME, "
       "awsssm:NAME, awskms:CIPHERTEXT, split:PLACE,PLACE; write `secret: env:SECRET_KEY`"},
  };

  for (const auto& [text, want] : cases) {
    const auto config = load(text + table, {}, {});

    ASSERT_FALSE(config.ok()) << text;
    EXPECT_THAT(config.error().lines(), ElementsAre(want)) << text;
  }
}

TEST(ConfigSecret, takes_passwords_by_reference) {
  CommandWorld world;
  world.variables = {{"PW", "hunter2"}, {"DB", "postgres://u:hunter2@h/d"}};
  const std::string files[] = {
      "database: {url: \"postgres://u:${PW}@h/d\"}\n",
      "database: {url: \"${DB}\"}\n",
      "database: {url: env:DB}\n",
  };

  for (const std::string& text : files) {
    const auto config = load(text + table, world, {.database = Need::yes});

    ASSERT_TRUE(config.ok()) << text << testing::PrintToString(config.error().lines());
    EXPECT_EQ(config.value().database.url.view(), "postgres://u:hunter2@h/d");
  }
}

// Every secret that a file or a variable can hold, in every wrong place that we could think of.
TEST(ConfigSecret, never_repeats_a_secret) {
  CommandWorld world;
  world.variables = {{"SECRET_KEY", "CANARY-key"},
                     {"CANARY_URL", "CANARY-value"},
                     {"QUEUE_URL", "CANARY queue"},
                     {"DATABASE_URL", "CANARY-database"}};
  const std::string files[] = {
      "database: {url: \"postgres://u:CANARY@h/d\"}\n",
      "database: {url postgres://u:CANARY@h/d}\n",
      "database: postgres://u:CANARY@h/d\n",
      "database: [\"postgres://u:CANARY@h/d\"]\n",
      "\"postgres://u:CANARY@h/d\": 1\n",
      "keys: {secret: CANARY}\n",
      "keys: {secret: [CANARY]}\n",
      "keys: {secret: \"file:/CANARY-is-a-path-and-may-be-shown\"}\n",
      "lanes: ${CANARY_URL}\n",
      "ledger: ${CANARY_URL}\n",
      "log: {level: \"${CANARY_URL}\", format: \"${CANARY_URL}\"}\n",
      "queue: {url: \"${CANARY_URL}\", region: \"CANARY ${CANARY_URL}\", protocol: "
      "\"${CANARY_URL}\", endpoint: \"http://u:CANARY@h\"}\n",
      "retention: {ledger: \"${CANARY_URL}\"}\n",
      "table: {name: \"${CANARY_URL}\", columns: {c: {from: \"${CANARY_URL}\", type: "
      "\"${CANARY_URL}\", mask: \"${CANARY_URL}\", convert: \"${CANARY_URL}\", nullable: "
      "\"${CANARY_URL}\"}}}\n",
  };

  for (const std::string& text : files) {
    const auto config = load(text + (text.starts_with("table") ? "" : table), world, everything);

    ASSERT_FALSE(config.ok()) << text;
    for (std::string line : config.error().lines()) {
      // Names are no secrets.
      for (const std::string name : {"${CANARY_URL}", "/CANARY-is-a-path-and-may-be-shown"}) {
        for (auto at = line.find(name); at != std::string::npos; at = line.find(name)) {
          line.erase(at, name.size());
        }
      }
      EXPECT_THAT(line, Not(HasSubstr("CANARY"))) << text;
    }
  }
}

}  // namespace
}  // namespace moretta::app
