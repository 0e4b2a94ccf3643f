#include "app/entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/exit_code.hpp"
#include "app/presets.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// In the order of `moretta --help`.
const std::string all_commands =
    "run, drain, lambda, load, mask, init, check, schema, test, plan, quarantine, trace, rewrap, "
    "erase, audit, explain, lookup, manifest, top, tap, keys, demo, devqueue, completion, man";

TEST(CommandLine, answers_wrong_usage_with_64_and_where_to_look) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{}, "moretta: name a command; allowed: " + all_commands + "\n  see `moretta --help`\n"},
      {{"drian"},
       "moretta: there is no command `drian`; allowed: " + all_commands +
           "; did you mean `drain`?\n  see `moretta --help`\n"},
      {{"postgres://u:CANARY@h"},
       "moretta: name a command; allowed: " + all_commands + "\n  see `moretta --help`\n"},
      {{"quarantine"},
       "moretta: name a command; allowed: list, show, purge\n"
       "  see `moretta quarantine --help`\n"},
      {{"quarantine", "lost"},
       "moretta: there is no command `lost`; allowed: list, show, purge; did you mean `list`?\n"
       "  see `moretta quarantine --help`\n"},
      {{"run", "postgres://u:CANARY@h"},
       "moretta: there is an argument that this command does not take\n  see `moretta run "
       "--help`\n"},
      {{"run", "--lane", "4"},
       "moretta: there is no option `--lane`; did you mean `--lanes`?\n  see `moretta run "
       "--help`\n"},
      {{"run", "--database-ur=postgres://u:CANARY@h"},
       "moretta: there is no option `--database-ur`; did you mean `--database-url`?\n"
       "  see `moretta run --help`\n"},
      {{"run", "--lanes", "x"},
       "moretta: could not convert: --lanes = x\n  see `moretta run --help`\n"},
      {{"mask", "--preset", "none"},
       "moretta: --preset: none not in {logins,logins-keyed}\n  see `moretta mask --help`\n"},
      {{"mask", "--preset", "logins", "--config", "f"},
       "moretta: --config excludes --preset\n  see `moretta mask --help`\n"},
  };

  for (const auto& [arguments, want] : cases) {
    CommandWorld world;

    EXPECT_EQ(world.enter(arguments), exit_usage) << want;
    EXPECT_EQ(world.err.str(), want);
    EXPECT_EQ(world.out.str(), "");
  }
}

TEST(CommandLine, prints_the_version) {
  CommandWorld world;

  EXPECT_EQ(world.enter({"--version"}), exit_done);
  EXPECT_THAT(world.out.str(), StartsWith("moretta "));
}

TEST(CommandLine, answers_a_missing_configuration_with_78_and_how_to_make_one) {
  CommandWorld world;
  world.variables["MORETTA_CONFIG"] = "/nowhere/moretta.yaml";

  EXPECT_EQ(world.enter({"schema"}), exit_config);
  EXPECT_THAT(world.err.str(), HasSubstr("cannot read /nowhere/moretta.yaml"));
  EXPECT_THAT(world.err.str(), HasSubstr("moretta init"));
}

TEST(Init, prints_a_preset_as_it_is) {
  for (const Preset& preset : presets()) {
    CommandWorld world;

    EXPECT_EQ(world.enter({"init", "--preset", std::string(preset.name)}), exit_done);
    EXPECT_EQ(world.out.str(), preset.text);
  }
}

TEST(Init, lists_the_presets) {
  CommandWorld world;

  EXPECT_EQ(world.enter({"init"}), exit_done);
  EXPECT_THAT(world.out.str(), HasSubstr("logins-keyed  "));
}

TEST(Init, overwrites_a_file_only_when_told_to) {
  const TemporaryFolder folder;
  const std::string file = folder.write("moretta.yaml", "mine");
  CommandWorld world;

  EXPECT_EQ(world.enter({"init", "--preset", "logins", "--output", file}), exit_failed);
  EXPECT_EQ(read_whole(file), "mine");
  EXPECT_EQ(world.enter({"init", "--preset", "logins", "--output", file, "--force"}), exit_done);
  EXPECT_EQ(read_whole(file), preset_text("logins"));
}

TEST(Init, makes_a_private_key_that_the_configuration_finds) {
  const TemporaryFolder folder;
  const std::string key = folder.file("key");
  const std::string config = folder.file("moretta.yaml");
  CommandWorld world;

  EXPECT_EQ(world.enter(
                {"init", "--preset", "logins-keyed", "--output", config, "--key", key, "--force"}),
            exit_done);

  struct stat facts {};
  ASSERT_EQ(::stat(key.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_EQ(read_whole(key).size(), 65U);
  EXPECT_THAT(world.out.str() + world.err.str(), Not(HasSubstr(read_whole(key).substr(0, 64))));
  world.in.str("");
  EXPECT_EQ(world.enter({"mask", "--config", config}), exit_done) << world.err.str();
}

TEST(Init, never_overwrites_a_key) {
  const TemporaryFolder folder;
  const std::string key = folder.write("key", "precious");
  CommandWorld world;

  EXPECT_EQ(world.enter({"init", "--key", key, "--force"}), exit_failed);
  EXPECT_EQ(read_whole(key), "precious");
}

TEST(Check, is_content_with_a_sound_file_and_warns_of_what_is_missing_or_weak) {
  CommandWorld world;

  EXPECT_EQ(world.enter({"check", "--preset", "logins"}), exit_done);
  EXPECT_THAT(world.out.str(), HasSubstr("`queue.url` is missing"));
  EXPECT_THAT(world.out.str(),
              HasSubstr("warning: masked_ip: plain MD5 of an IPv4 address falls to guessing"));
  EXPECT_THAT(world.out.str(), HasSubstr("ready\n"));
}

TEST(Check, says_all_errors_at_once_with_78) {
  const TemporaryFolder folder;
  const std::string file = folder.write("f.yaml", "lanes: 0\nledger: maybe\n");
  CommandWorld world;

  EXPECT_EQ(world.enter({"check", "--config", file}), exit_config);
  EXPECT_THAT(world.out.str(), HasSubstr("f.yaml:1:8: error: `lanes`"));
  EXPECT_THAT(world.out.str(), HasSubstr("f.yaml:2:9: error: `ledger`"));
}

TEST(Check, gives_findings_as_json) {
  const TemporaryFolder folder;
  const std::string file = folder.write("f.yaml", "lanes: 0\n");
  CommandWorld world;

  EXPECT_EQ(world.enter({"check", "--config", file, "--json"}), exit_config);
  EXPECT_EQ(world.out.str(),
            R"({"ok":false,"findings":[{"severity":"error","where":")" + file +
                R"(:1:8","what":"`lanes`: `0` is not a whole number in range; allowed: 1 to 64",)" +
                R"("fix":""}]})" + "\n");
}

TEST(Check, connects_only_when_the_file_has_all_it_takes) {
  CommandWorld world;

  EXPECT_EQ(world.enter({"check", "--preset", "logins", "--connect"}), exit_config);
  EXPECT_THAT(world.out.str(), HasSubstr("error: `queue.url` is missing"));
  EXPECT_THAT(world.out.str(), HasSubstr("error: `database.url` is missing"));
  EXPECT_THAT(world.out.str(),
              HasSubstr("error: `keys.secret`: the variable SECRET_KEY is not set"));
}

TEST(Schema, prints_the_tables_of_a_preset) {
  CommandWorld world;

  EXPECT_EQ(world.enter({"schema", "--preset", "logins"}), exit_done) << world.err.str();
  EXPECT_THAT(world.out.str(), HasSubstr("user_logins"));
  EXPECT_THAT(world.out.str(), HasSubstr("masked_ip"));
}

}  // namespace
}  // namespace moretta::app
