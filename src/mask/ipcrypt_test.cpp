#include "mask/ipcrypt.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/shape_reader.hpp"
#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

std::string text_of_ip(const IpAddress& address) {
  IpText text;
  return {text.data(), write_ip(address, text)};
}

std::string token_of(Method method, std::string_view value) {
  const Policy policy = {.method = method, .domain = "ip"};
  const MasterKey key = test_key();
  std::string out;
  const auto done = method == Method::ipcrypt_pfx
                        ? IpcryptPfxToken(key, policy).append(value, out)
                        : IpcryptDeterministicToken(key, policy).append(value, out);
  return done ? out : std::string(reason_code(done.error()));
}

struct Vector {
  std::string key;
  std::string clear;
  std::string token;
};

// draft-denis-ipcrypt, test_vectors.json
const Vector deterministic[] = {
    {"0123456789abcdeffedcba9876543210", "0.0.0.0", "bde9:6789:d353:824c:d7c6:f58a:6bd2:26eb"},
    {"0123456789abcdeffedcba9876543210", "2001:db8:85a3::8a2e:370:7334",
     "1eef:2352:64c8:18e6:6456:1373:f615:5032"},
    {"1032547698badcfeefcdab8967452301", "255.255.255.255",
     "aed2:92f6:ea23:58c3:48fd:8b8:74e8:45d8"},
    {"1032547698badcfeefcdab8967452301", "192.0.2.1", "7fde:a680:9546:ef2:d3c:7abb:1b38:2659"},
    {"2b7e151628aed2a6abf7158809cf4f3c", "192.0.2.1", "1dbd:c1b9:fff1:7586:7d0b:67b4:e76e:4777"},
};

constexpr auto pfx_key = "0123456789abcdeffedcba98765432101032547698badcfeefcdab8967452301";
constexpr auto other_pfx_key = "2b7e151628aed2a6abf7158809cf4f3ca9f5ba40db214c3798f2e1c23456789a";

const Vector prefix_preserving[] = {
    {pfx_key, "0.0.0.0", "151.82.155.134"},
    {pfx_key, "255.255.255.255", "94.185.169.89"},
    {pfx_key, "192.0.2.1", "100.115.72.131"},
    {pfx_key, "2001:db8::1", "c180:5dd4:2587:3524:30ab:fa65:6ab6:f88"},
    {other_pfx_key, "10.0.0.47", "19.214.210.244"},
    {other_pfx_key, "10.0.0.129", "19.214.210.80"},
    {other_pfx_key, "10.0.0.234", "19.214.210.30"},
    {other_pfx_key, "172.16.5.193", "210.78.229.136"},
};

}  // namespace

TEST(Ipcrypt, gives_the_published_deterministic_results_and_back) {
  for (const auto& [key_hex, clear, token] : deterministic) {
    const std::string key = from_hex(key_hex).value();
    IpAddress address = parse_ip(clear).value();

    ASSERT_TRUE(IpcryptDeterministic(bytes_of(key)).encrypt(address));

    EXPECT_EQ(text_of_ip(address), token) << clear;
    const auto opened = IpcryptDeterministicReader(bytes_of(key)).open(token);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->view(), clear);
  }
}

TEST(Ipcrypt, gives_the_published_prefix_preserving_results_and_back) {
  for (const auto& [key_hex, clear, token] : prefix_preserving) {
    const std::string key = from_hex(key_hex).value();
    IpAddress address = parse_ip(clear).value();

    ASSERT_TRUE(IpcryptPfx(bytes_of(key)).encrypt(address));

    EXPECT_EQ(text_of_ip(address), token) << clear;
    const auto opened = IpcryptPfxReader(bytes_of(key)).open(token);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->view(), clear);
  }
}

TEST(Ipcrypt, gives_the_known_answers) {
  EXPECT_EQ(token_of(Method::ipcrypt_deterministic, "199.172.111.135"),
            "6a01:654:b075:7a64:7f78:747c:f32a:2467");
  EXPECT_EQ(token_of(Method::ipcrypt_pfx, "199.172.111.135"), "138.254.117.73");
}

TEST(Ipcrypt, takes_only_addresses) {
  for (const char* value : {"", "199.172.111", "199.172.111.135/24", "localhost", "593-47-5928"}) {
    EXPECT_EQ(token_of(Method::ipcrypt_deterministic, value), "bad_value") << value;
    EXPECT_EQ(token_of(Method::ipcrypt_pfx, value), "bad_value") << value;
  }
}

TEST(IpcryptDeathTest, does_not_preserve_prefixes_with_one_key_twice) {
  const std::string half = from_hex("0123456789abcdeffedcba9876543210").value();

  EXPECT_DEATH(IpcryptPfx(bytes_of(half + half)), "key");
}

}  // namespace moretta::mask
