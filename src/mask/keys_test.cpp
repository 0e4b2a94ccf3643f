#include "mask/keys.hpp"

#include <array>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "base/random.hpp"
#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view hex_text =
    "c0b3a1f5d27e4986817263544536271809fae1d2c3b4a5968778695a4b3c2dfb";

std::string bytes(std::string_view hex_digits) {
  return from_hex(hex_digits).value();
}

std::string hkdf(std::string_view key, std::string_view salt, std::string_view info,
                 std::size_t count) {
  std::string out(count, '\0');
  hkdf_sha256({.key = bytes_of(key), .salt = bytes_of(salt), .info = bytes_of(info)},
              std::as_writable_bytes(std::span(out)));
  return hex(bytes_of(out));
}

}  // namespace

TEST(MasterKey, is_read_from_hex_and_from_base64_in_every_spelling) {
  const std::string raw = bytes(hex_text);
  const std::string standard = base64(bytes_of(raw));
  const std::string url = base64url(bytes_of(raw));
  ASSERT_NE(standard.find_first_of("+/"), std::string::npos) << "the alphabets must differ";

  const std::string spellings[] = {
      std::string(hex_text),
      "C0B3A1F5D27E4986817263544536271809FAE1D2C3B4A5968778695A4B3C2DFB",
      standard,
      standard.substr(0, 43),
      url,
      url + "=",
      std::string(hex_text) + "\n",
      "  " + url + "\r\n"};

  for (const std::string& spelling : spellings) {
    const auto key = parse_master_key(7, spelling);
    ASSERT_TRUE(key.ok()) << spelling;
    EXPECT_EQ(key.value().id, 7);
    EXPECT_EQ(key.value().bytes.view(), raw) << spelling;
  }
}

TEST(MasterKey, is_refused_without_repeating_the_text) {
  const std::string longer = std::string(hex_text) + "00";
  const std::string_view wrong[] = {
      "",
      "hunter2hunter2",
      "c0b3a1f5d27e4986817263544536271809fae1d2c3b4a5968778695a4b3c2d",
      "g0b3a1f5d27e4986817263544536271809fae1d2c3b4a5968778695a4b3c2d1e",
      longer,
      "AAAA+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-A",
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",   // bits after the last byte
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",  // 33 bytes
  };

  for (const std::string_view text : wrong) {
    const auto key = parse_master_key(1, text);
    ASSERT_FALSE(key.ok()) << text;
    EXPECT_NE(key.error().find("openssl rand -hex 32"), std::string::npos);
    if (!text.empty()) {
      EXPECT_EQ(key.error().find(text), std::string::npos);
    }
  }
}

TEST(MasterKey, has_an_id_that_fits_two_bytes) {
  for (const int id : {-1, 0, 65'536}) {
    EXPECT_FALSE(parse_master_key(id, hex_text).ok()) << id;
  }
  for (const int id : {1, 65'535}) {
    EXPECT_TRUE(parse_master_key(id, hex_text).ok()) << id;
  }
}

TEST(Weakness, is_found_in_keys_nobody_should_use) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "test key"},
      {"fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "test key"},
      {"7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f", "test key"},
      {"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "test key"},
      {"2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94", "test key"},
      {"0123456789abcdeffedcba98765432101032547698badcfeefcdab8967452301", "test key"},
      {"2b7e151628aed2a6abf7158809cf4f3ca9f5ba40db214c3798f2e1c23456789a", "test key"},
      {"1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202", "test key"},
      {"0000000000000000000000000000000000000000000000000000000000000000", "equal"},
      {"abababababababababababababababababababababababababababababababab", "equal"},
      {"0011223344556677889900112233445566778899001122334455667788990011", "10 different"},
      {"c0b3a1f5d27e49868172635445362718c0b3a1f5d27e49868172635445362718", "repeats"},
      {"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "equal steps"},
      {"fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a2", "equal steps"},
      {"c0b3a1f5d27e4986817263540102030405060708d2c3b4a5968778695a4b3c2d", "equal steps"},
      {"636f727265637420686f72736520626174746572792d737461706c6521203432", "printable"},
  };

  for (const auto& [text, why] : cases) {
    const auto found = weakness(key_from_hex(1, text));
    ASSERT_TRUE(found.has_value()) << text;
    EXPECT_NE(found->find(why), std::string::npos) << text << " " << *found;
  }
}

TEST(Weakness, is_not_found_in_random_keys) {
  SeededRandom random(1);

  for (int round = 0; round < 10'000; ++round) {
    MasterKey key{.id = 1, .bytes = SecretBytes(master_key_bytes)};
    random.fill(key.bytes.bytes());

    EXPECT_EQ(weakness(key), std::nullopt);
  }
}

TEST(Weakness, includes_a_wrong_length) {
  EXPECT_TRUE(weakness({.id = 1, .bytes = SecretBytes(std::size_t{16})}).has_value());
}

TEST(Hkdf, gives_the_published_results) {  // RFC 5869 A.1 and A.3
  const std::string key(22, '\x0b');

  EXPECT_EQ(hkdf(key, bytes("000102030405060708090a0b0c"), bytes("f0f1f2f3f4f5f6f7f8f9"), 42),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(hkdf(key, "", "", 42),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Subkey, is_hkdf_over_the_prefixed_method_and_domain) {
  const MasterKey key = test_key();
  const std::string info("\0\7aes-siv\0\2ip", 13);

  const SecretBytes derived = subkey(key, "aes-siv", "ip", 64);

  EXPECT_EQ(hex(derived.bytes()), hkdf(key.bytes.view(), "pii-mask/v1", info, 64));
}

TEST(Subkey, differs_with_key_method_domain_and_where_one_name_ends) {
  const SecretBytes derived = subkey(test_key(), "token", "ip", 32);

  EXPECT_NE(derived.view(), subkey(other_key(), "token", "ip", 32).view());
  EXPECT_NE(derived.view(), subkey(test_key(), "tokens", "ip", 32).view());
  EXPECT_NE(derived.view(), subkey(test_key(), "token", "ip2", 32).view());
  EXPECT_NE(derived.view(), subkey(test_key(), "toke", "nip", 32).view());
}

TEST(KeyCheckValue, names_the_test_key) {
  EXPECT_EQ(key_check_value(test_key()), "0b34cf32581f5aa0");
}

}  // namespace moretta::mask
