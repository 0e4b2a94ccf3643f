#include "app/unmask/recovery.hpp"

#include <gtest/gtest.h>

#include "mask/test_keys.hpp"

namespace moretta::app {

namespace {

// Known answers of line 1 of the sample data under the test key.
constexpr auto ip = "199.172.111.135";
constexpr auto siv_ip = "s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn";
constexpr auto cbc_ip = "c1:be1eb0d82090fedebc715f6a8164f7b60b1c36bc55bfa675dd0ed0b83392ef9b";
constexpr auto md5_ip = "a56e7589b4b780605f7c614d13df6696";

// A vault that remembers what it was asked.
struct FakeVault {
  SealedByToken entries;
  std::vector<std::vector<std::string>> asked;

  VaultLookup lookup() {
    return [this](std::span<const std::string> tokens) {
      asked.emplace_back(tokens.begin(), tokens.end());
      return entries;
    };
  }
};

std::string text(const Original& original) {
  return original ? std::string(original->view()) : "not recoverable";
}

}  // namespace

TEST(Recovery, takes_the_original_from_the_token_without_asking_the_vault) {
  const mask::Keyset keys(mask::test_key());
  mask::KeysetUnmasker unmasker(keys);
  FakeVault vault;
  const std::vector<std::string> tokens = {siv_ip, cbc_ip};

  const auto originals = recover(unmasker, "ip", tokens, vault.lookup());

  EXPECT_EQ(text(originals[0]), ip);
  EXPECT_EQ(text(originals[1]), ip);
  EXPECT_TRUE(vault.asked.empty());
}

TEST(Recovery, opens_what_the_vault_keeps_for_a_one_way_token) {
  const mask::Keyset keys(mask::test_key());
  mask::KeysetUnmasker unmasker(keys);
  FakeVault vault{.entries = {{md5_ip, cbc_ip}}, .asked = {}};
  const std::vector<std::string> tokens = {siv_ip, md5_ip};

  const auto originals = recover(unmasker, "ip", tokens, vault.lookup());

  EXPECT_EQ(text(originals[1]), ip);
  ASSERT_EQ(vault.asked.size(), 1U);
  EXPECT_EQ(vault.asked[0], std::vector<std::string>{md5_ip});
}

TEST(Recovery, gives_nothing_for_a_wrong_key_a_wrong_domain_or_a_foreign_token) {
  const std::vector<std::string> tokens = {siv_ip, cbc_ip, md5_ip, "no token", ""};
  const mask::MasterKey right = mask::test_key();
  const mask::MasterKey wrong = mask::other_key();
  const struct {
    const mask::MasterKey& key;
    std::string domain;
  } cases[] = {{wrong, "ip"}, {right, "device_id"}};

  for (const auto& [key, domain] : cases) {
    const mask::Keyset keys(key);
    mask::KeysetUnmasker unmasker(keys);
    FakeVault vault{.entries = {{md5_ip, cbc_ip}}, .asked = {}};
    for (const Original& original : recover(unmasker, domain, tokens, vault.lookup())) {
      EXPECT_EQ(text(original), "not recoverable") << domain;
    }
  }
}

TEST(Recovery, asks_the_vault_only_for_what_is_spelled_like_a_token) {
  EXPECT_TRUE(is_one_way(md5_ip));
  EXPECT_TRUE(is_one_way("h1:0badcafe"));
  EXPECT_FALSE(is_one_way(siv_ip));
  EXPECT_FALSE(is_one_way(""));
  EXPECT_FALSE(is_one_way("it's"));
  EXPECT_FALSE(is_one_way("{a,\"b\"}"));
  EXPECT_FALSE(is_one_way("\xff"));
}

}  // namespace moretta::app
