#include "base/digest.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace moretta {
namespace {

struct HmacVector {
  std::string key_hex;
  std::string text_hex;
  std::string want;
};

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) {
    out += text;
  }
  return out;
}

}  // namespace

// RFC 1321 appendix A.5.
TEST(Md5, gives_the_published_digests) {
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"", "d41d8cd98f00b204e9800998ecf8427e"},
      {"a", "0cc175b9c0f1b6a831c399e269772661"},
      {"abc", "900150983cd24fb0d6963f7d28e17f72"},
      {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
      {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
       "d174ab98d277d9f5a5611c2c9f419d9f"},
      {repeated("1234567890", 8), "57edf4a22be3c955ac49da2e2107b67a"},
  };

  for (const auto& [text, want] : cases) {
    EXPECT_EQ(hex(md5(text)), want) << text;
  }
}

// FIPS 180-4 examples (NIST CSRC, "SHA256.pdf" and "SHA2_Additional.pdf").
TEST(Sha256, gives_the_published_digests) {
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };

  for (const auto& [text, want] : cases) {
    EXPECT_EQ(hex(sha256(text)), want) << text.substr(0, 60);
  }
}

// RFC 4231 section 4, test cases 1 to 4, 6 and 7 (5 is about truncation).
TEST(HmacSha256, gives_the_published_codes) {
  const std::vector<HmacVector> cases = {
      {repeated("0b", 20), "4869205468657265",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {repeated("aa", 20), repeated("dd", 50),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"0102030405060708090a0b0c0d0e0f10111213141516171819", repeated("cd", 50),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {repeated("aa", 131), hex(bytes_of("Test Using Larger Than Block-Size Key - Hash Key First")),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {repeated("aa", 131),
       hex(bytes_of(
           "This is a test using a larger than block-size key and a larger than block-size "
           "data. The key needs to be hashed before being used by the HMAC algorithm.")),
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };

  for (const HmacVector& c : cases) {
    const std::string key = from_hex(c.key_hex).value();
    const std::string text = from_hex(c.text_hex).value();
    EXPECT_EQ(hex(hmac_sha256(bytes_of(key), text)), c.want) << c.key_hex;
  }
}

TEST(HmacSha256, takes_a_key_of_exactly_one_block_as_it_is) {
  const std::string block(64, 'k');

  EXPECT_NE(hmac_sha256(bytes_of(block), "t"), hmac_sha256(bytes_of(block + "k"), "t"));
  EXPECT_NE(hmac_sha256(bytes_of(block), "t"),
            hmac_sha256(std::span<const std::byte>(sha256(block)), "t"));
}

TEST(Digest, works_in_many_threads_at_once) {
  const Sha256 want = sha256("abc");
  std::vector<int> wrong(4);
  {
    std::vector<std::jthread> threads;
    for (int& count : wrong) {
      threads.emplace_back([&count, &want] {
        for (int i = 0; i < 200; ++i) {
          count += sha256("abc") == want ? 0 : 1;
        }
      });
    }
  }

  EXPECT_EQ(wrong, std::vector<int>(4));
}

}  // namespace moretta
