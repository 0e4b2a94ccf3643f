#include "mask/seed_cbc.hpp"

#include <gtest/gtest.h>

namespace moretta::mask {

namespace {

// Made with Python's hashlib.pbkdf2_hmac and `openssl enc -aes-256-cbc`.
const SecretBytes passphrase(std::string_view("correct horse battery staple"));
constexpr auto ip_token = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+o7Wg0XHjC93IECiHPzmb6";

}  // namespace

TEST(SeedCbcReader, reads_what_the_old_script_wrote) {
  const std::pair<std::string, std::string> cases[] = {
      {ip_token, "199.172.111.135"},
      {"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj88TtiTgFsQLE0H6MZT0AgH",
       "Zo\xc3\xab \xe2\x82\xac"},
      {"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj+M1JVgWp1mpbcDxvfmGSFU", ""},
  };
  SeedCbcReader reader(passphrase);

  for (const auto& [token, value] : cases) {
    const auto clear = reader.unmask(token);
    ASSERT_TRUE(clear.ok()) << token;
    EXPECT_EQ(clear.value().view(), value);
  }
}

TEST(SeedCbcReader, says_the_same_of_all_that_it_cannot_read) {
  const std::string tokens[] = {
      "",
      "199.172.111.135",
      "s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn",
      std::string(ip_token).substr(0, 44),                                 // no ciphertext
      std::string(ip_token) + "AAAA",                                      // no whole block
      std::string(ip_token).replace(63, 1, "7"),                           // changed at the end
      "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8rOTGoHDDMWLXl0VN0mnjR",  // holds no UTF-8
      "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh/e1fVjzsUFKMVGigLneiVH",  // holds a NUL
  };
  SeedCbcReader reader(passphrase);

  for (const std::string& token : tokens) {
    EXPECT_FALSE(reader.unmask(token).ok()) << token;
  }
  EXPECT_TRUE(reader.unmask(ip_token).ok());  // afterwards it still reads
}

TEST(SeedCbcReader, does_not_read_under_another_passphrase) {
  SeedCbcReader reader(SecretBytes(std::string_view("correct horse battery stapler")));

  EXPECT_FALSE(reader.unmask(ip_token).ok());
}

}  // namespace moretta::mask
