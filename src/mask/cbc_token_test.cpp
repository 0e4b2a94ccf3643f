#include "mask/cbc_token.hpp"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/test_keys.hpp"

namespace moretta::mask {

namespace {

std::string token_of(const Policy& policy, std::string_view value) {
  CbcToken token(test_key(), policy);
  std::string out;
  EXPECT_TRUE(token.append(value, out));
  return out;
}

struct ClosePipe {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

// What the openssl command says to the key, the IV and the ciphertext, all in hex.
std::string opened_by_openssl(std::string_view key, std::string_view iv,
                              std::string_view ciphertext) {
  const std::string path = testing::TempDir() + "cbc_token_test.bin";
  std::ofstream(path, std::ios::binary) << from_hex(ciphertext).value();
  const std::string command = "openssl enc -d -aes-256-cbc -K " + std::string(key) + " -iv " +
                              std::string(iv) + " -in " + path;
  std::string out;
  const std::unique_ptr<std::FILE, ClosePipe> pipe(popen(command.c_str(), "r"));
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    out.push_back(static_cast<char>(c));
  }
  std::remove(path.c_str());
  return out;
}

}  // namespace

TEST(AesCbc, encrypts_as_published) {  // NIST SP 800-38A F.2.5
  const std::string key =
      from_hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4").value();
  std::string text = from_hex(
                         "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                         "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710")
                         .value();
  AesBlock iv;
  for (std::size_t i = 0; i < iv.size(); ++i) {
    iv[i] = std::byte(i);
  }
  AesCbc cbc(bytes_of(key));

  ASSERT_TRUE(cbc.encrypt(iv, std::as_writable_bytes(std::span(text))));

  EXPECT_EQ(hex(bytes_of(text)),
            "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
            "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b");
}

TEST(CbcToken, is_read_by_the_openssl_command) {
  const std::string key = hex(test_key().bytes.bytes());
  const std::string values[] = {
      "",           "199.172.111.135",    "exactly 16 bytes", "2001:db8::8a2e:370:7334",
      "Zo\xc3\xab", std::string(200, 'x')};

  for (const std::string& value : values) {
    const std::string token = token_of({.method = Method::aes_256_cbc, .domain = "ip"}, value);

    ASSERT_EQ(token.substr(0, 3), "c1:");
    EXPECT_EQ(opened_by_openssl(key, token.substr(3, 32), token.substr(35)), value);
  }
}

TEST(CbcToken, shows_only_whether_values_are_equal) {
  const Policy ip = {.method = Method::aes_256_cbc, .domain = "ip"};
  const Policy device = {.method = Method::aes_256_cbc, .domain = "device_id"};
  const std::string prefix(32, 'p');  // two blocks that a static IV would show to be the same

  EXPECT_EQ(token_of(ip, "10.0.0.1"), token_of(ip, "10.0.0.1"));
  EXPECT_NE(token_of(ip, "10.0.0.1"), token_of(ip, "10.0.0.2"));
  EXPECT_NE(token_of(ip, "10.0.0.1"), token_of(device, "10.0.0.1"));
  EXPECT_NE(token_of(ip, prefix + "1").substr(35, 32), token_of(ip, prefix + "2").substr(35, 32));
}

TEST(CbcToken, is_the_same_bytes_in_either_encoding) {
  const Policy hexadecimal = {.method = Method::aes_256_cbc, .domain = "ip"};
  Policy shorter = hexadecimal;
  shorter.encoding = Encoding::base64url;

  const std::string long_form = token_of(hexadecimal, "10.0.0.1").substr(3);
  const std::string short_form = token_of(shorter, "10.0.0.1").substr(3);

  EXPECT_EQ(from_hex(long_form), from_base64url(short_form));
}

}  // namespace moretta::mask
