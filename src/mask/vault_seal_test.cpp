#include "mask/vault_seal.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "mask/test_keys.hpp"
#include "mask/unmasker.hpp"
#include "mask/vault_format.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view token = "t1:f21ef35de0437869588213e608f9f02b";

std::string sealed_by(VaultSealer& sealer, std::string_view value) {
  std::string out;
  sealer.append(value, token, out);
  return out;
}

}  // namespace

TEST(VaultSealer, seals_an_original_that_the_key_opens) {
  SeededRandom random(1);
  VaultSealer sealer(test_key(), "ip", random);
  Unmasker unmasker(test_key());

  for (const std::string& value :
       {std::string("199.172.111.135"), std::string(), std::string(500, 'x')}) {
    const std::string sealed = sealed_by(sealer, value);
    const auto clear = unmasker.open_vault(sealed, "ip", token);
    ASSERT_TRUE(clear.ok()) << value.size();
    EXPECT_EQ(clear.value().view(), value);
  }
}

TEST(VaultSealer, shows_neither_equality_nor_length) {
  SeededRandom random(1);
  VaultSealer sealer(test_key(), "ip", random);

  const std::string sealed = sealed_by(sealer, "199.172.111.135");

  EXPECT_NE(sealed, sealed_by(sealer, "199.172.111.135"));
  EXPECT_EQ(sealed.size(), sealed_by(sealer, "::1").size());
}

TEST(VaultSealer, binds_an_original_to_its_row_and_its_key) {
  SeededRandom random(1);
  VaultSealer sealer(test_key(), "ip", random);
  const std::string sealed = sealed_by(sealer, "199.172.111.135");
  std::string changed = sealed;
  changed.back() = changed.back() == 'A' ? 'E' : 'A';
  Unmasker right(test_key());
  Unmasker wrong(other_key());

  EXPECT_FALSE(wrong.open_vault(sealed, "ip", token).ok());
  EXPECT_FALSE(right.open_vault(sealed, "client_ip", token).ok());
  EXPECT_FALSE(right.open_vault(sealed, "ip", "t1:f2962433d62c4e7f3b984177b1e55901").ok());
  EXPECT_FALSE(right.open_vault(changed, "ip", token).ok());
  EXPECT_FALSE(right.open_vault("", "ip", token).ok());
  EXPECT_TRUE(right.open_vault(sealed, "ip", token).ok());
}

TEST(VaultSealer, refuses_padding_that_it_does_not_write_even_under_the_right_tag) {
  SeededRandom random(1);
  Sealer sealer(test_key(), vault_purpose("ip"), random);
  Unmasker unmasker(test_key());
  const auto opens = [&](const std::string& padded) {
    const std::string sealed = "v1:" + base64url(bytes_of(sealer.seal(padded, token)));
    return unmasker.open_vault(sealed, "ip", token).ok();
  };

  EXPECT_TRUE(opens("10.0.0.1\x80" + std::string(23, '\0')));
  EXPECT_FALSE(opens("10.0.0.1\x81" + std::string(23, '\0')));
  EXPECT_FALSE(opens(std::string(32, '\0')));
  EXPECT_FALSE(opens(""));
}

}  // namespace moretta::mask
