#include "mask/masker.hpp"

#include <string>

#include <gtest/gtest.h>

#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

Column text_column(std::string name, std::optional<int> width = std::nullopt) {
  Column column;
  column.pointer = "/" + name;
  column.name = std::move(name);
  column.type = width ? ColumnType::varchar : ColumnType::text;
  column.width = width;
  return column;
}

Event event_of(std::string_view text) {
  Event event;
  event.reset(1);
  event.set_text(0, text);
  return event;
}

Masker masker_of(const Policy& policy, const MasterKey& key = test_key(),
                 std::optional<int> width = std::nullopt) {
  return Masker({text_column("c", width)}, {policy}, &key);
}

std::string token_of(const Policy& policy, std::string_view value) {
  Masker masker = masker_of(policy);
  const auto row = masker.mask(event_of(value));
  return row ? std::string(row.value()[0].text) : std::string(reason_code(row.error().reason));
}

}  // namespace

TEST(Masker, gives_the_known_answers) {
  const std::string ip = "199.172.111.135";
  const std::string device = "593-47-5928";
  const struct {
    Policy policy;
    std::string value;
    std::string token;
  } cases[] = {
      {{.method = Method::md5}, ip, "a56e7589b4b780605f7c614d13df6696"},
      {{.method = Method::md5}, device, "1237b6b78f6293ce2714d52b209eb3b4"},
      {{.method = Method::hmac_sha256, .domain = "ip"},
       ip,
       "h1:d8b7a12d006389129ddda267e5fb794c8bdc8b62cff9f2941a0c8a7ba8eab2dc"},
      {{.method = Method::hmac_sha256, .domain = "device_id"},
       device,
       "h1:a18d497f7455cba10a851069aa18b123c3c60578089ea226e14a8382190b195e"},
      {{.method = Method::aes_siv, .domain = "ip"},
       ip,
       "s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn"},
      {{.method = Method::aes_siv, .domain = "device_id"},
       device,
       "s1:XAnsW0ANH7xyQbMj5f1LzYjzcw9_2a6kgFyrDyQ76VeSKx7Sf7bvaXyaGr3YK59j"},
      {{.method = Method::aes_256_cbc, .domain = "ip"},
       ip,
       "c1:be1eb0d82090fedebc715f6a8164f7b60b1c36bc55bfa675dd0ed0b83392ef9b"},
      {{.method = Method::aes_256_cbc, .domain = "device_id"},
       device,
       "c1:99447a0e83bca9d5f1e09583c73e52d2857faf36a9defc3de51e542b704f6936"},
  };

  for (const auto& [policy, value, token] : cases) {
    EXPECT_EQ(token_of(policy, value), token) << method_name(policy.method) << " " << value;
  }
}

TEST(Masker, gives_the_published_md5_digests) {  // RFC 1321 A.5
  const std::pair<std::string, std::string> cases[] = {
      {"", "d41d8cd98f00b204e9800998ecf8427e"},
      {"a", "0cc175b9c0f1b6a831c399e269772661"},
      {"abc", "900150983cd24fb0d6963f7d28e17f72"},
      {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
      {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
       "d174ab98d277d9f5a5611c2c9f419d9f"},
      {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
       "57edf4a22be3c955ac49da2e2107b67a"},
  };

  for (const auto& [value, token] : cases) {
    EXPECT_EQ(token_of({.method = Method::md5}, value), token) << value;
  }
}

}  // namespace moretta::mask
