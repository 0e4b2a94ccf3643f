#include "mask/policy.hpp"

#include <gtest/gtest.h>

namespace moretta::mask {

TEST(Method, has_the_name_that_the_config_uses) {
  const std::pair<Method, std::string_view> cases[] = {
      {Method::keep, "keep"},
      {Method::redact, "redact"},
      {Method::md5, "md5"},
      {Method::sha256, "sha256"},
      {Method::hmac_sha256, "hmac-sha256"},
      {Method::aes_siv, "aes-siv"},
      {Method::aes_256_cbc, "aes-256-cbc"},
  };

  for (const auto& [method, name] : cases) {
    EXPECT_EQ(method_name(method), name);
    EXPECT_EQ(method_of(name), method);
  }
  for (const std::string_view name : {"", "MD5", "hmac_sha256", "aes-siv ", "none"}) {
    EXPECT_EQ(method_of(name), std::nullopt) << name;
  }
}

TEST(Policy, needs_a_key_unless_it_is_a_plain_digest_or_no_token) {
  const std::pair<Policy, bool> cases[] = {
      {{.method = Method::keep}, false},
      {{.method = Method::redact}, false},
      {{.method = Method::md5}, false},
      {{.method = Method::sha256}, false},
      {{.method = Method::hmac_sha256}, true},
      {{.method = Method::aes_siv}, true},
      {{.method = Method::aes_256_cbc}, true},
      {{.method = Method::md5, .recover = Recover::aes_256_cbc}, true},
      {{.method = Method::sha256, .recover = Recover::aes_siv}, true},
  };

  for (const auto& [policy, wanted] : cases) {
    EXPECT_EQ(needs_key(policy), wanted) << method_name(policy.method);
  }
}

TEST(Policy, knows_the_length_of_its_tokens) {
  constexpr auto base64 = Encoding::base64url;
  const struct {
    Policy policy;
    int key_id;
    std::size_t value_bytes;
    std::size_t want;
  } cases[] = {
      {{.method = Method::md5}, 1, 1'000, 32},
      {{.method = Method::sha256}, 1, 1'000, 64},
      {{.method = Method::hmac_sha256}, 1, 1'000, 67},
      {{.method = Method::hmac_sha256, .bits = 128}, 1, 1'000, 35},
      {{.method = Method::hmac_sha256, .bits = 128}, 65'535, 1'000, 39},
      {{.method = Method::hmac_sha256, .bare = true}, 1, 1'000, 64},
      {{.method = Method::aes_siv}, 1, 0, 67},
      {{.method = Method::aes_siv}, 1, 31, 67},
      {{.method = Method::aes_siv}, 1, 36, 110},
      {{.method = Method::aes_siv}, 1, 159, 238},
      {{.method = Method::aes_siv}, 1, 160, 281},
      {{.method = Method::aes_siv, .pad_bytes = 16}, 1, 15, 46},
      {{.method = Method::aes_siv, .encoding = Encoding::hex}, 1, 31, 99},
      {{.method = Method::aes_256_cbc}, 1, 15, 67},
      {{.method = Method::aes_256_cbc}, 1, 16, 99},
      {{.method = Method::aes_256_cbc}, 1, 95, 227},
      {{.method = Method::aes_256_cbc}, 1, 96, 259},
      {{.method = Method::aes_256_cbc, .encoding = base64}, 1, 159, 238},
      {{.method = Method::aes_256_cbc, .encoding = base64}, 1, 160, 259},
  };

  for (const auto& [policy, key_id, value_bytes, want] : cases) {
    EXPECT_EQ(token_chars_max(policy, key_id, value_bytes), want)
        << method_name(policy.method) << " of " << value_bytes;
  }
}

}  // namespace moretta::mask
