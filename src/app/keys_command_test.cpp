#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/key_source.hpp"
#include "mask/keyset_json.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class KeysCommand : public testing::Test {
 protected:
  int run(const std::vector<std::string>& arguments) {
    world.out.str("");
    world.err.str("");
    return world.enter(arguments);
  }

  [[nodiscard]] mask::Keyset kept() const { return mask::parse_keyset(read_whole(file)).value(); }

  TemporaryFolder folder;
  std::string file = folder.file("moretta.keys");
  CommandWorld world;
};

TEST_F(KeysCommand, makes_a_keyset_that_only_its_owner_may_open_and_never_over_another) {
  ASSERT_EQ(run({"keys", "new", file}), 0) << world.err.str();

  struct stat facts {};
  ASSERT_EQ(::stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_EQ(kept().primary().id, 1);
  EXPECT_EQ(run({"keys", "new", file}), 1);
}

TEST_F(KeysCommand, rotates_and_destroys) {
  run({"keys", "new", file});

  EXPECT_EQ(run({"keys", "add", file}), 0) << world.err.str();
  EXPECT_EQ(kept().primary().id, 1);
  EXPECT_EQ(run({"keys", "promote", file, "2"}), 0) << world.err.str();
  EXPECT_EQ(kept().primary().id, 2);
  EXPECT_EQ(run({"keys", "destroy", file, "2", "--uncounted"}), 1);
  EXPECT_EQ(run({"keys", "disable", file, "1"}), 0) << world.err.str();
  EXPECT_EQ(kept().find(1), nullptr);
  EXPECT_EQ(run({"keys", "enable", file, "1"}), 0) << world.err.str();
  EXPECT_NE(kept().find(1), nullptr);
  EXPECT_EQ(run({"keys", "destroy", file, "1", "--uncounted"}), 0) << world.err.str();
  EXPECT_EQ(kept().entry(1)->state, mask::KeyState::destroyed);
  EXPECT_EQ(run({"keys", "floor", file, "2"}), 0) << world.err.str();
  EXPECT_EQ(kept().min_read_id(), 2);
  EXPECT_EQ(run({"keys", "add", file}), 0);
  EXPECT_EQ(kept().next_id(), 4);
  struct stat facts {};
  ASSERT_EQ(::stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(KeysCommand, makes_a_key_for_each_month_that_has_none) {
  run({"keys", "new", file});

  ASSERT_EQ(run({"keys", "add", file, "--month", "2026-11", "--until", "2027-01"}), 0)
      << world.err.str();
  const int again = run({"keys", "add", file, "--month", "2026-12", "--until", "2027-02"});
  const std::string shown = world.out.str();
  const int nothing = run({"keys", "add", file, "--month", "2026-11"});

  EXPECT_EQ(again, 0);
  EXPECT_THAT(shown, HasSubstr("2027-02"));
  EXPECT_EQ(nothing, 1);
  EXPECT_THAT(world.err.str(), HasSubstr("without a key"));
  const mask::Keyset keys = kept();
  ASSERT_EQ(keys.entries().size(), 5U);
  EXPECT_EQ(keys.primary().id, 1);
  EXPECT_EQ(keys.readable(mask::Epoch::month).size(), 4U);
  EXPECT_EQ(keys.entry(4)->period, mask::parse_period("2027-01"));
  EXPECT_EQ(run({"keys", "promote", file, "2"}), 1);
  EXPECT_EQ(run({"keys", "add", file, "--month", "November"}), 1);
  EXPECT_EQ(run({"keys", "add", file, "--month", "2026-11", "--from", "env:X"}), 64);
  EXPECT_EQ(run({"keys", "add", file, "--until", "2026-11"}), 64);
}

TEST_F(KeysCommand, splits_a_key_into_two_shares_that_stand_for_it_together) {
  run({"keys", "new", file});
  const std::string one = folder.file("one.share");
  const std::string other = folder.file("other.share");

  ASSERT_EQ(run({"keys", "split", "file:" + file, one, other}), 0) << world.err.str();
  const auto joined =
      read_keyset({.place = "split:file:" + one + ",file:" + other, .passphrase = {}}, {});
  const auto half = read_keyset({.place = "file:" + one, .passphrase = {}}, {});
  const auto twice =
      read_keyset({.place = "split:file:" + one + ",file:" + one, .passphrase = {}}, {});

  struct stat facts {};
  ASSERT_EQ(::stat(one.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  ASSERT_TRUE(joined) << joined.error();
  EXPECT_EQ(joined.value().primary().bytes.view(), kept().primary().bytes.view());
  EXPECT_FALSE(half);
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error(), HasSubstr("given twice"));
  EXPECT_EQ(run({"keys", "split", "file:" + file, one, other}), 1) << "over a share that is there";
}

TEST_F(KeysCommand, takes_over_a_plain_key_under_the_id_of_its_tokens) {
  world.variables["SECRET_KEY"] = test_secret_key;

  ASSERT_EQ(run({"keys", "new", file, "--from", "env:SECRET_KEY", "--id", "7"}), 0)
      << world.err.str();

  EXPECT_EQ(kept().primary().id, 7);
  EXPECT_EQ(mask::key_check_value(kept().primary()),
            mask::key_check_value(mask::parse_master_key(7, test_secret_key).value()));
}

TEST_F(KeysCommand, lists_without_the_material) {
  run({"keys", "new", file});
  const std::string text = read_whole(file);
  const std::size_t at = text.find("\"material\": \"") + 13;

  EXPECT_EQ(run({"keys", "list", file}), 0);
  EXPECT_THAT(world.out.str(), HasSubstr("primary"));
  EXPECT_THAT(world.out.str(), Not(HasSubstr(text.substr(at, 43))));
  EXPECT_EQ(run({"keys", "list", file, "--json"}), 0);
  EXPECT_THAT(world.out.str(),
              HasSubstr(R"("id":1,"state":"primary","created":"2023-11-14T22:13:20Z")"));
  EXPECT_THAT(world.out.str(), Not(HasSubstr(text.substr(at, 43))));
}

TEST_F(KeysCommand, touches_no_file_that_others_may_open) {
  run({"keys", "new", file});
  ::chmod(file.c_str(), 0644);
  const std::string before = read_whole(file);

  EXPECT_EQ(run({"keys", "add", file}), 1);
  EXPECT_THAT(world.err.str(), HasSubstr("chmod 600"));
  EXPECT_EQ(read_whole(file), before);
}

TEST_F(KeysCommand, prints_scrypt_parameters_with_another_salt_each_time) {
  run({"keys", "passphrase"});
  const std::string first = world.out.str();
  run({"keys", "passphrase"});

  EXPECT_THAT(first, HasSubstr("scrypt:n=131072,r=8,p=1,salt="));
  EXPECT_NE(world.out.str(), first);
}

}  // namespace
}  // namespace moretta::app
