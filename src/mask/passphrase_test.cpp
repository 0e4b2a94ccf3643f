#include "mask/passphrase.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace moretta::mask {

// scrypt itself is OpenSSL's; what is ours is which bytes go where.
TEST(Passphrase, gives_the_key_that_python_and_openssl_give) {
  // hashlib.scrypt(b"correct horse battery staple", salt=bytes(range(16)), n=32768, r=8, p=1,
  //                maxmem=2**26, dklen=32)
  const auto parameters =
      parse_scrypt("scrypt:n=32768,r=8,p=1,salt=AAECAwQFBgcICQoLDA0ODw").value();

  const MasterKey key = key_of_passphrase(3, "correct horse battery staple", parameters).value();

  EXPECT_EQ(key.id, 3);
  EXPECT_EQ(hex(key.bytes.bytes()),
            "7a8e34241db898d59175c696538c417467a975ffe569068425f16188d3159c58");
}

TEST(Passphrase, parameters_are_written_as_they_are_read) {
  const std::string text = "scrypt:n=131072,r=8,p=1,salt=AAECAwQFBgcICQoLDA0ODw";

  const ScryptParameters read = parse_scrypt(text).value();

  EXPECT_EQ(read.n, 131'072U);
  EXPECT_EQ(read.salt.size(), 16U);
  EXPECT_EQ(scrypt_text(read), text);
}

TEST(Passphrase, parameters_that_are_cheap_or_ruinous_are_refused) {
  const std::string_view wrong[] = {"",
                                    "scrypt",
                                    "scrypt:n=131072,r=8,p=1",
                                    "scrypt:r=8,n=131072,p=1,salt=AAECAwQFBgcICQoLDA0ODw",
                                    "scrypt:n=131072,r=8,p=1,salt=AAECAwQFBgcICQoLDA0ODw,x=1",
                                    "scrypt:n=131072,r=8,p=1,salt=AAEC",
                                    "scrypt:n=131072,r=8,p=1,salt=???",
                                    "scrypt:n=16384,r=8,p=1,salt=AAECAwQFBgcICQoLDA0ODw",
                                    "scrypt:n=131073,r=8,p=1,salt=AAECAwQFBgcICQoLDA0ODw",
                                    "scrypt:n=4194304,r=8,p=1,salt=AAECAwQFBgcICQoLDA0ODw",
                                    "scrypt:n=32768,r=0,p=1,salt=AAECAwQFBgcICQoLDA0ODw",
                                    "scrypt:n=32768,r=8,p=99,salt=AAECAwQFBgcICQoLDA0ODw"};

  for (const std::string_view text : wrong) {
    EXPECT_FALSE(parse_scrypt(text).ok()) << text;
  }
}

TEST(Passphrase, that_is_short_or_one_letter_is_refused_without_repeating_it) {
  const ScryptParameters parameters{.n = 32'768, .salt = std::string(16, 's')};

  for (const std::string_view text : {"hunter2", "aaaaaaaaaaaaaaaaaaaaaaaaaa", ""}) {
    const auto key = key_of_passphrase(1, text, parameters);
    ASSERT_FALSE(key.ok()) << text;
    EXPECT_TRUE(text.empty() || key.error().find(text) == std::string::npos);
  }
}

}  // namespace moretta::mask
