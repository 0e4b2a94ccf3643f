#include "mask/warning.hpp"

#include <gtest/gtest.h>

namespace moretta::mask {

TEST(GuessingWarning, says_how_long_plain_digests_last) {
  const struct {
    Policy policy;
    std::string want;
  } cases[] = {
      {{.method = Method::md5, .domain = "ip"},
       "masked: plain MD5 of an IPv4 address falls to guessing: all 2^32 addresses take about 84 s "
       "on one core of our reference machine; use hmac-sha256 or aes-siv, as the preset "
       "logins-keyed does"},
      {{.method = Method::sha256, .domain = "client_ip"},
       "masked: plain SHA-256 of an IPv4 address falls to guessing: all 2^32 addresses take about "
       "6 min on one core of our reference machine; use hmac-sha256 or aes-siv, as the preset "
       "logins-keyed does"},
      {{.method = Method::md5, .domain = "device_id"},
       "masked: plain MD5 falls to guessing: all 10^9 ids of nine digits take about 9 s, all 2^32 "
       "IPv4 addresses about 84 s on one core of our reference machine; use hmac-sha256 or "
       "aes-siv, "
       "as the preset logins-keyed does"},
  };

  for (const auto& [policy, want] : cases) {
    EXPECT_EQ(guessing_warning("masked", policy), want);
  }
}

TEST(GuessingWarning, does_not_take_every_name_with_ip_in_it_for_an_address) {
  for (const std::string_view domain : {"zip", "recipe", "shipment", "ipad", ""}) {
    const auto text = guessing_warning("c", {.method = Method::md5, .domain = std::string(domain)});
    ASSERT_TRUE(text.has_value());
    EXPECT_EQ(text->find("of an IPv4 address"), std::string::npos) << domain;
  }
}

TEST(GuessingWarning, is_silent_where_guessing_needs_the_key) {
  for (const Method method :
       {Method::keep, Method::redact, Method::hmac_sha256, Method::aes_siv, Method::aes_256_cbc}) {
    EXPECT_EQ(guessing_warning("c", {.method = method, .domain = "ip"}), std::nullopt);
  }
}

TEST(GuessingWarning, speaks_of_the_token_even_if_the_vault_is_sealed) {
  EXPECT_TRUE(guessing_warning("c", {.method = Method::md5, .recover = Recover::aes_256_cbc}));
}

TEST(GuessingWarning, says_what_prefix_preserving_tokens_show) {
  const auto warning =
      guessing_warning("masked_ip", {.method = Method::ipcrypt_pfx, .domain = "ip"});

  ASSERT_TRUE(warning.has_value());
  EXPECT_NE(warning->find("masked_ip: ipcrypt-pfx shows which addresses share a network"),
            std::string::npos);
}

}  // namespace moretta::mask
