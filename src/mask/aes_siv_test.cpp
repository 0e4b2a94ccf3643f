#include "mask/aes_siv.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace moretta::mask {

namespace {

struct Vector {
  std::string key;
  std::vector<std::string> associated;
  std::string plain;
  std::string sealed;
};

// In RFC 5297 A.2 the nonce is the last associated string, as section 2.6 says.
const Vector published[] = {
    {"fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     {"101112131415161718191a1b1c1d1e1f2021222324252627"},
     "112233445566778899aabbccddee",
     "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"},
    {"7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
     {"00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100",
      "102030405060708090a0", "09f911029d74e35bd84156c5635688c0"},
     "7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d41455"
     "3",
     "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af"
     "8"
     "29ea64ad544a272e9c485b62a3fd5c0d"},
};

AesSiv siv_of(const Vector& vector) {
  const std::string key = from_hex(vector.key).value();
  std::vector<std::string> strings;
  for (const std::string& text : vector.associated) {
    strings.push_back(from_hex(text).value());
  }
  std::vector<std::span<const std::byte>> associated;
  for (const std::string& text : strings) {
    associated.push_back(bytes_of(text));
  }
  return {bytes_of(key), associated};
}

std::span<std::byte> writable(std::string& text) {
  return std::as_writable_bytes(std::span(text.data(), text.size()));
}

}  // namespace

TEST(AesSiv, seals_as_published) {
  for (const Vector& vector : published) {
    AesSiv siv = siv_of(vector);
    std::string text = from_hex(vector.plain).value();
    AesBlock iv{};

    ASSERT_TRUE(siv.s2v(bytes_of(text), iv));
    ASSERT_TRUE(siv.ctr(iv, writable(text)));

    EXPECT_EQ(hex(iv) + hex(bytes_of(text)), vector.sealed);
  }
}

TEST(AesSiv, opens_what_is_published) {
  for (const Vector& vector : published) {
    AesSiv siv = siv_of(vector);
    const std::string sealed = from_hex(vector.sealed).value();
    std::string text = sealed.substr(16);
    AesBlock iv{};
    std::copy_n(bytes_of(sealed).begin(), iv.size(), iv.begin());
    AesBlock recomputed{};

    ASSERT_TRUE(siv.ctr(iv, writable(text)));
    ASSERT_TRUE(siv.s2v(bytes_of(text), recomputed));

    EXPECT_EQ(hex(bytes_of(text)), vector.plain);
    EXPECT_EQ(recomputed, iv);
  }
}

}  // namespace moretta::mask
