#include "audit/lane_kernel.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "audit/sweep.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/random.hpp"

namespace moretta::audit {
namespace {

constexpr std::size_t lanes = digest_lanes;

struct alignas(lane_alignment_bytes) Block {
  std::uint32_t words[block_words * lanes] = {};
  std::uint32_t state[digest_words_max * lanes] = {};
};

// Padding of RFC 1321 section 3.1 and FIPS 180-4 section 5.1.1, one block.
void put(DigestKind kind, std::size_t lane, const std::string& text, Block& block) {
  unsigned char bytes[64] = {};
  std::ranges::copy(text, bytes);
  bytes[text.size()] = 0x80;
  const std::uint64_t bits = 8 * text.size();
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t shift = kind == DigestKind::md5 ? 8 * i : 56 - 8 * i;
    bytes[56 + i] = static_cast<unsigned char>(bits >> shift);
  }
  for (std::size_t word = 0; word < block_words; ++word) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t shift = kind == DigestKind::md5 ? 8 * i : 24 - 8 * i;
      value |= std::uint32_t{bytes[4 * word + i]} << shift;
    }
    block.words[word * lanes + lane] = value;
  }
}

DigestWords digest_at(DigestKind kind, std::size_t lane, const Block& block) {
  DigestWords digest{};
  for (std::size_t word = 0; word < digest_words(kind); ++word) {
    digest[word] = block.state[word * lanes + lane];
  }
  return digest;
}

std::string openssl_digest(DigestKind kind, const std::string& text) {
  return kind == DigestKind::md5 ? hex(md5(text)) : hex(sha256(text));
}

struct Vector {
  std::string text;
  std::string md5;     // RFC 1321 A.5; the last one is longer than a block
  std::string sha256;  // FIPS 180-4 examples: abc, and the empty text of the NIST vectors
};

const std::vector<Vector> published = {
    {"", "d41d8cd98f00b204e9800998ecf8427e",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"a", "0cc175b9c0f1b6a831c399e269772661", ""},
    {"abc", "900150983cd24fb0d6963f7d28e17f72",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"message digest", "f96b697d7cb7938d525a2f31aaf161d0", ""},
    {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b", ""},
};

class LaneKernels : public testing::TestWithParam<const LaneKernel*> {};

TEST_P(LaneKernels, give_the_published_digests_in_every_lane) {
  for (const Vector& vector : published) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      Block block;
      put(DigestKind::md5, lane, vector.text, block);

      GetParam()->md5(block.words, block.state);

      EXPECT_EQ(digest_at(DigestKind::md5, lane, block),
                digest_words_of(DigestKind::md5, vector.md5))
          << vector.text << " in lane " << lane;
      if (!vector.sha256.empty()) {
        put(DigestKind::sha256, lane, vector.text, block);
        GetParam()->sha256(block.words, block.state);
        EXPECT_EQ(digest_at(DigestKind::sha256, lane, block),
                  digest_words_of(DigestKind::sha256, vector.sha256))
            << vector.text << " in lane " << lane;
      }
    }
  }
}

TEST_P(LaneKernels, agree_with_openssl_on_random_texts_of_every_length) {
  SeededRandom random(7);
  for (const DigestKind kind : {DigestKind::md5, DigestKind::sha256}) {
    for (std::size_t round = 0; round < 200; ++round) {
      Block block;
      std::vector<std::string> texts;
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        std::string text((round * lanes + lane) % (space_text_chars_max + 1), '\0');
        random.fill(std::as_writable_bytes(std::span(text.data(), text.size())));
        put(kind, lane, text, block);
        texts.push_back(std::move(text));
      }

      (kind == DigestKind::md5 ? GetParam()->md5 : GetParam()->sha256)(block.words, block.state);

      for (std::size_t lane = 0; lane < lanes; ++lane) {
        ASSERT_EQ(digest_at(kind, lane, block),
                  digest_words_of(kind, openssl_digest(kind, texts[lane])))
            << digest_name(kind) << " of " << hex(bytes_of(texts[lane]));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Usable, LaneKernels,
                         testing::ValuesIn(usable_kernels().begin(), usable_kernels().end()),
                         [](const auto& kernel) { return std::string(kernel.param->name); });

}  // namespace
}  // namespace moretta::audit
