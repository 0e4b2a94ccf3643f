#include "app/key_source.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/encoding.hpp"
#include "mask/test_keys.hpp"
#include "support/command_world.hpp"
#include "support/fake_service.hpp"

namespace moretta::app {
namespace {

using mask::strong_key;

std::string private_file(const TemporaryFolder& folder, const std::string& name,
                         const std::string& text) {
  const std::string path = folder.write(name, text);
  ::chmod(path.c_str(), 0600);
  return path;
}

std::string hex_of(const mask::MasterKey& key) {
  return hex(key.bytes.bytes());
}

std::string entry(const mask::MasterKey& key, std::string_view state, std::string_view place) {
  return fmt::format(
      R"({{"id": {}, "state": "{}", "created": "2026-11-01T00:00:00Z", "kcv": "{}", {}}})", key.id,
      state, mask::key_check_value(key), place);
}

Result<mask::Keyset, std::string> read(const std::string& place,
                                       const std::string& passphrase = "") {
  return read_keyset({.place = place, .id = 7, .passphrase = passphrase},
                     CommandWorld().environment());
}

TEST(KeySource, takes_a_plain_key_as_a_keyset_of_one) {
  const TemporaryFolder folder;
  const std::string path = private_file(folder, "key", hex_of(strong_key(7, 1)) + "\n");

  const auto keys = read("file:" + path);

  ASSERT_TRUE(keys.ok()) << keys.error();
  EXPECT_EQ(keys.value().primary().id, 7);
  EXPECT_EQ(hex_of(keys.value().primary()), hex_of(strong_key(7, 1)));
}

TEST(KeySource, fetches_the_keys_that_a_keyset_only_names) {
  const TemporaryFolder folder;
  const std::string old_key = private_file(folder, "old", hex_of(strong_key(1, 1)));
  const std::string path = private_file(
      folder, "keys",
      fmt::format(R"({{"version": 1, "keys": [{}, {}]}})",
                  entry(strong_key(1, 1), "active", R"("ref": "file:)" + old_key + "\""),
                  entry(strong_key(2, 2), "primary",
                        R"("ref": "cmd:printf )" + hex_of(strong_key(2, 2)) + "\"")));

  const auto keys = read("file:" + path);

  ASSERT_TRUE(keys.ok()) << keys.error();
  EXPECT_EQ(keys.value().primary().id, 2);
  EXPECT_EQ(hex_of(*keys.value().find(1)), hex_of(strong_key(1, 1)));
}

TEST(KeySource, refuses_another_key_in_the_place_of_the_one_that_was_noted) {
  const TemporaryFolder folder;
  const std::string wrong = private_file(folder, "wrong", hex_of(strong_key(1, 9)));
  const std::string path = private_file(
      folder, "keys",
      fmt::format(R"({{"version": 1, "keys": [{}]}})",
                  entry(strong_key(1, 1), "primary", R"("ref": "file:)" + wrong + "\"")));

  const auto keys = read("file:" + path);

  ASSERT_FALSE(keys.ok());
  EXPECT_NE(keys.error().find("key 1 is not the key"), std::string::npos) << keys.error();
}

TEST(KeySource, has_kms_unwrap_what_it_wrapped_alone_or_in_a_keyset) {
  FakeService kms;
  const CommandWorld world = kms.world("AWS_ENDPOINT_URL_KMS");
  const TemporaryFolder folder;
  const mask::MasterKey key = strong_key(1, 1);
  const std::string path = private_file(folder, "keys",
                                        fmt::format(R"({{"version": 1, "keys": [{}]}})",
                                                    entry(key, "primary", R"("wrapped": "QUJD")")));

  for (const std::string& plaintext :
       {std::string(SecretBytes(key.bytes.bytes()).view()), hex(key.bytes.bytes())}) {
    kms.body = R"({"Plaintext":")" + base64(bytes_of(plaintext)) + R"("})";
    const auto alone =
        read_keyset({.place = "awskms:QUJD", .id = 1, .passphrase = {}}, world.environment());
    ASSERT_TRUE(alone.ok()) << alone.error();
    EXPECT_EQ(mask::key_check_value(alone.value().primary()), mask::key_check_value(key));
  }
  kms.body = R"({"Plaintext":")" + base64(key.bytes.bytes()) + R"("})";
  const auto keyset =
      read_keyset({.place = "file:" + path, .id = 1, .passphrase = {}}, world.environment());
  ASSERT_TRUE(keyset.ok()) << keyset.error();
  EXPECT_EQ(mask::key_check_value(keyset.value().primary()), mask::key_check_value(key));

  kms.body = R"({"Plaintext":")" + base64(strong_key(2, 2).bytes.bytes()) + R"("})";
  EXPECT_FALSE(
      read_keyset({.place = "file:" + path, .id = 1, .passphrase = {}}, world.environment()).ok());
  kms.status = 400;
  kms.body = R"({"__type":"InvalidCiphertextException"})";
  const auto refused =
      read_keyset({.place = "file:" + path, .id = 1, .passphrase = {}}, world.environment());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().find("key 1: cannot decrypt a key with KMS"), std::string::npos)
      << refused.error();
}

TEST(KeySource, takes_a_passphrase_only_if_it_is_said_to_be_one) {
  const TemporaryFolder folder;
  const std::string path = private_file(folder, "words", "correct horse battery staple\n");
  const std::string scrypt = "scrypt:n=32768,r=8,p=1,salt=AAECAwQFBgcICQoLDA0ODw";

  const auto refused = read("file:" + path);
  const auto taken = read("file:" + path, scrypt);

  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().find("keys.passphrase"), std::string::npos) << refused.error();
  EXPECT_EQ(refused.error().find("horse"), std::string::npos);
  ASSERT_TRUE(taken.ok()) << taken.error();
  EXPECT_EQ(taken.value().primary().id, 7);
}

TEST(KeySource, refuses_a_broken_keyset_with_its_place_and_nothing_of_its_keys) {
  const TemporaryFolder folder;
  const std::string path = private_file(
      folder, "keys", fmt::format(R"({{"version": 1, "keys": [{}]}})", hex_of(strong_key(1, 1))));

  const auto keys = read("file:" + path);

  ASSERT_FALSE(keys.ok());
  EXPECT_NE(keys.error().find(path), std::string::npos);
  EXPECT_EQ(keys.error().find(hex_of(strong_key(1, 1)).substr(0, 12)), std::string::npos);
}

}  // namespace
}  // namespace moretta::app
