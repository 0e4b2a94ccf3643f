#include "mask/digest_state.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/openssl.hpp"

namespace moretta::mask {

namespace {

// OpenSSL's, by way of EVP.
std::string oracle(const char* name, std::string_view text) {
  const Digest digest = fetch_digest(name);
  std::array<std::byte, EVP_MAX_MD_SIZE> out;
  unsigned bytes = 0;
  EXPECT_EQ(EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()),
                       &bytes, digest.get(), nullptr),
            1);
  return hex(std::span(out).first(bytes));
}

// Over the ends of the first blocks, where the padding needs one more.
std::string text_of(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) {
    text += static_cast<char>(7 * i + bytes);
  }
  return text;
}

constexpr std::size_t bytes_max = 200;

}  // namespace

TEST(DigestState, agrees_with_openssl_at_every_length) {
  for (std::size_t bytes = 0; bytes <= bytes_max; ++bytes) {
    const std::string text = text_of(bytes);

    EXPECT_EQ(hex(Md5State::of(bytes_of(text))), oracle("MD5", text)) << bytes;
    EXPECT_EQ(hex(Sha256State::of(bytes_of(text))), oracle("SHA256", text)) << bytes;
  }
}

TEST(DigestState, counts_what_it_took_in_before_the_end) {
  for (const std::size_t before : {std::size_t{1}, Sha256State::block_bytes,
                                   Sha256State::block_bytes + 1, 3 * Sha256State::block_bytes}) {
    for (std::size_t bytes = 0; bytes <= bytes_max; ++bytes) {
      const std::string begin = text_of(before);
      const std::string end = text_of(bytes);
      Md5State md5;
      md5.start();
      md5.add(bytes_of(begin));
      Md5State::Digest md5_digest;
      md5.finish(bytes_of(end), md5_digest);
      Sha256State sha256;
      sha256.start();
      sha256.add(bytes_of(begin));
      Sha256State::Digest sha256_digest;
      sha256.finish(bytes_of(end), sha256_digest);

      EXPECT_EQ(hex(md5_digest), oracle("MD5", begin + end)) << before << " " << bytes;
      EXPECT_EQ(hex(sha256_digest), oracle("SHA256", begin + end)) << before << " " << bytes;
    }
  }
}

}  // namespace moretta::mask
