#include "mask/unmasker.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/cbc_token.hpp"
#include "mask/siv_token.hpp"
#include "mask/test_keys.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

const Policy recoverable[] = {
    {.method = Method::aes_siv, .domain = "ip"},
    {.method = Method::aes_siv, .domain = "ip", .encoding = Encoding::hex},
    {.method = Method::aes_siv, .domain = "ip", .pad_bytes = 16},
    {.method = Method::aes_siv, .domain = "ip", .pad_bytes = 64},
    {.method = Method::aes_256_cbc, .domain = "ip"},
    {.method = Method::aes_256_cbc, .domain = "ip", .encoding = Encoding::base64url},
};

std::string token_of(const Policy& policy, std::string_view value) {
  std::string out;
  const bool done = policy.method == Method::aes_siv
                        ? SivToken(test_key(), policy).append(value, out).ok()
                        : CbcToken(test_key(), policy).append(value, out).ok();
  EXPECT_TRUE(done);
  return out;
}

std::string payload_of(const Policy& policy, const std::string& token) {
  const Encoding encoding = policy.encoding.value_or(
      policy.method == Method::aes_siv ? Encoding::base64url : Encoding::hex);
  const std::string text = token.substr(3);
  return encoding == Encoding::hex ? from_hex(text).value() : from_base64url(text).value();
}

bool is_recoverable_by(const MasterKey& key, std::string_view token,
                       std::string_view domain = "ip") {
  return Unmasker(key).unmask(token, domain).ok();
}

// A c-token whose ciphertext was made without the synthetic IV: `text` must be whole blocks.
std::string forged_cbc_token(std::string text) {
  const MasterKey key = test_key();
  const AesBlock iv{};
  EXPECT_TRUE(AesCbc(key.bytes.bytes()).encrypt(iv, std::as_writable_bytes(std::span(text))));
  return "c1:" + hex(iv) + hex(bytes_of(text));
}

// What only a holder of the key can make: the IV of `value` over whole blocks of any text.
std::string cbc_token_of(std::string_view value, std::string text) {
  const MasterKey key = test_key();
  AesBlock iv;
  SyntheticIv(key, "ip").of(bytes_of(value), iv);
  EXPECT_TRUE(AesCbc(key.bytes.bytes()).encrypt(iv, std::as_writable_bytes(std::span(text))));
  return "c1:" + hex(iv) + hex(bytes_of(text));
}

std::string siv_token_of(std::string text) {
  AesSiv siv = siv_of(test_key(), "ip");
  AesBlock iv;
  EXPECT_TRUE(siv.s2v(bytes_of(text), iv));
  EXPECT_TRUE(siv.ctr(iv, std::as_writable_bytes(std::span(text))));
  return "s1:" + base64url(bytes_of(std::string(text_of(iv)) + text));
}

}  // namespace

TEST(Unmasker, recovers_the_known_answers) {
  const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
      {"s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn", "ip",
       "199.172.111.135"},
      {"s1:XAnsW0ANH7xyQbMj5f1LzYjzcw9_2a6kgFyrDyQ76VeSKx7Sf7bvaXyaGr3YK59j", "device_id",
       "593-47-5928"},
      {"c1:be1eb0d82090fedebc715f6a8164f7b60b1c36bc55bfa675dd0ed0b83392ef9b", "ip",
       "199.172.111.135"},
      {"c1:99447a0e83bca9d5f1e09583c73e52d2857faf36a9defc3de51e542b704f6936", "device_id",
       "593-47-5928"},
  };
  Unmasker unmasker(test_key());

  for (const auto& [token, domain, value] : cases) {
    const auto clear = unmasker.unmask(token, domain);
    ASSERT_TRUE(clear.ok()) << token;
    EXPECT_EQ(clear.value().view(), value);
  }
}

TEST(Unmasker, recovers_values_of_every_length) {
  Unmasker unmasker(test_key());

  for (const Policy& policy : recoverable) {
    for (std::size_t bytes = 0; bytes <= 200; ++bytes) {
      const std::string value(bytes, '\x80');  // looks like padding
      const auto clear = unmasker.unmask(token_of(policy, value), "ip");
      ASSERT_TRUE(clear.ok()) << bytes;
      EXPECT_EQ(clear.value().view(), value);
    }
  }
}

TEST(Unmasker, refuses_another_key_key_id_or_domain) {
  for (const Policy& policy : recoverable) {
    const std::string token = token_of(policy, "199.172.111.135");

    EXPECT_TRUE(is_recoverable_by(test_key(), token));
    EXPECT_FALSE(is_recoverable_by(other_key(), token));
    EXPECT_FALSE(is_recoverable_by(test_key(2), token));
    EXPECT_FALSE(is_recoverable_by(test_key(), token, "device_id"));
    EXPECT_FALSE(is_recoverable_by(test_key(), token, ""));
    EXPECT_FALSE(is_recoverable_by(test_key(), token, std::string(70'000, 'd')));
  }
}

TEST(Unmasker, refuses_a_token_with_any_bit_flipped) {
  for (const Policy& policy : recoverable) {
    const std::string token = token_of(policy, "199.172.111.135");
    Unmasker unmasker(test_key());
    for (std::size_t bit = 0; bit < 8 * token.size(); ++bit) {
      std::string changed = token;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_FALSE(unmasker.unmask(changed, "ip").ok()) << changed;
    }
  }
}

TEST(Unmasker, refuses_a_payload_with_any_bit_flipped) {
  for (const Policy& policy : recoverable) {
    const std::string token = token_of(policy, "199.172.111.135");
    const std::string payload = payload_of(policy, token);
    ASSERT_GE(payload.size(), 32U);
    const char letter = token[0];
    Unmasker unmasker(test_key());
    for (std::size_t bit = 0; bit < 8 * payload.size(); ++bit) {
      std::string changed = payload;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      const std::string forged = token_prefix(letter, 1) + base64url(bytes_of(changed));
      EXPECT_FALSE(unmasker.unmask(forged, "ip").ok()) << bit;
    }
  }
}

TEST(Unmasker, refuses_a_cut_or_longer_token) {
  for (const Policy& policy : recoverable) {
    const std::string token = token_of(policy, "199.172.111.135");
    for (std::size_t kept = 0; kept < token.size(); ++kept) {
      EXPECT_FALSE(is_recoverable_by(test_key(), token.substr(0, kept))) << kept;
    }
    for (const std::string_view tail : {" ", "0", "00", "\n", "=", "A", "AAAA"}) {
      EXPECT_FALSE(is_recoverable_by(test_key(), token + std::string(tail))) << tail;
    }
  }
}

TEST(Unmasker, says_the_same_of_wrong_padding_and_of_a_wrong_iv) {
  const std::string good_padding = std::string(15, 'v') + '\x01';
  const std::string bad_paddings[] = {std::string(16, 'v'), std::string(16, '\0'),
                                      std::string(14, 'v') + "\x01\x02",
                                      std::string(15, 'v') + '\x11'};

  EXPECT_EQ(Unmasker(test_key()).unmask(forged_cbc_token(good_padding), "ip").error(),
            NotRecoverable{});
  for (const std::string& text : bad_paddings) {
    EXPECT_EQ(Unmasker(test_key()).unmask(forged_cbc_token(text), "ip").error(), NotRecoverable{});
  }
}

TEST(Unmasker, refuses_padding_that_the_masker_does_not_write_even_under_the_right_iv_or_tag) {
  const std::string value = "199.172.1.5";  // 11 bytes, so 5 of padding
  const std::string two_blocks(32, '\x11');

  EXPECT_TRUE(is_recoverable_by(test_key(), cbc_token_of(value, value + std::string(5, '\x05'))));
  EXPECT_FALSE(is_recoverable_by(test_key(), cbc_token_of(value, value + "\1\2\3\4\5")));
  EXPECT_FALSE(is_recoverable_by(test_key(), cbc_token_of(two_blocks.substr(17), two_blocks)));
  const std::string no_padding = std::string(15, 'v') + '\0';
  EXPECT_FALSE(is_recoverable_by(test_key(), cbc_token_of(no_padding, no_padding)));

  EXPECT_TRUE(is_recoverable_by(test_key(), siv_token_of(value + '\x80' + std::string(20, '\0'))));
  EXPECT_FALSE(is_recoverable_by(test_key(), siv_token_of(value + '\x81' + std::string(20, '\0'))));
  EXPECT_FALSE(is_recoverable_by(test_key(), siv_token_of(std::string(32, '\0'))));
}

TEST(Unmasker, refuses_what_is_no_recoverable_token) {
  for (const std::string_view text :
       {"", "199.172.111.135", "a56e7589b4b780605f7c614d13df6696",
        "h1:d8b7a12d006389129ddda267e5fb794c8bdc8b62cff9f2941a0c8a7ba8eab2dc",
        "s1:", "c1:", "x1:be1eb0d82090fedebc715f6a8164f7b60b1c36bc55bfa675dd0ed0b83392ef9b",
        "c1:BE1EB0D82090FEDEBC715F6A8164F7B60B1C36BC55BFA675DD0ED0B83392EF9B"}) {
    EXPECT_FALSE(is_recoverable_by(test_key(), text)) << text;
  }
  EXPECT_FALSE(is_recoverable_by(test_key(), "s1:" + std::string(1U << 25, 'a')));
}

}  // namespace moretta::mask
