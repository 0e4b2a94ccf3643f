#include "audit/sweep.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::audit {
namespace {

DigestWords digest_of(DigestKind kind, const std::string& text) {
  const std::string digits = kind == DigestKind::md5 ? hex(md5(text)) : hex(sha256(text));
  return digest_words_of(kind, digits).value();
}

class Sweeps : public testing::TestWithParam<const LaneKernel*> {};

// Patterns whose suffixes begin at each place in a word, and one that fills the block.
TEST_P(Sweeps, find_exactly_the_planted_texts_of_a_pattern) {
  const std::string long_head(space_text_chars_max - 4, 'x');
  const std::vector<std::string> patterns = {"dddd", "-dddd", "--dddd",           "---dddd",
                                             "d-d",  "d",     long_head + "dddd", "dxyz"};
  for (const DigestKind kind : {DigestKind::md5, DigestKind::sha256}) {
    for (const std::string& pattern : patterns) {
      const Space space = Space::parse(pattern).value();
      std::string first = pattern;
      std::ranges::replace(first, 'd', '0');
      std::string last = pattern;
      std::ranges::replace(last, 'd', '9');
      const std::vector<DigestWords> digests = {digest_of(kind, first), digest_of(kind, "other"),
                                                digest_of(kind, last)};
      const Targets targets(digests);
      Sweep sweep(space, kind, targets, *GetParam());

      sweep.try_prefixes(0, space.prefixes());

      EXPECT_EQ(sweep.fallen(), (std::vector<bool>{true, false, true}))
          << digest_name(kind) << " of " << pattern;
    }
  }
}

TEST_P(Sweeps, find_addresses_of_every_length) {
  const Space space = Space::parse("ipv4").value();
  constexpr std::uint64_t prefixes = 64;
  for (const DigestKind kind : {DigestKind::md5, DigestKind::sha256}) {
    const Targets nothing({});
    const Sweep order(space, kind, nothing, *GetParam());
    std::vector<DigestWords> digests;
    std::set<std::size_t> lengths;
    for (std::uint64_t i = 0; i < prefixes; ++i) {
      SpaceText text;
      const std::size_t chars = space.write_prefix(order.shuffled(i), text);
      for (const std::string& suffix : space.suffixes()) {
        const std::string address = std::string(text.data(), chars) + suffix;
        digests.push_back(digest_of(kind, address));
        lengths.insert(address.size());
      }
    }
    const Targets targets(digests);
    Sweep sweep(space, kind, targets, *GetParam());

    sweep.try_prefixes(0, prefixes);

    EXPECT_EQ(std::ranges::count(sweep.fallen(), false), 0) << digest_name(kind);
    EXPECT_EQ(lengths, (std::set<std::size_t>{7, 8, 9, 10, 11, 12, 13, 14, 15}));
  }
}

TEST_P(Sweeps, tell_targets_with_one_first_word_apart) {
  const Space space = Space::parse("ddd").value();
  const DigestWords right = digest_of(DigestKind::md5, "123");
  DigestWords wrong = right;
  wrong[3] ^= 1U;
  const std::vector<DigestWords> digests = {wrong, right};
  const Targets targets(digests);
  Sweep sweep(space, DigestKind::md5, targets, *GetParam());

  sweep.try_prefixes(0, space.prefixes());

  EXPECT_EQ(sweep.fallen(), (std::vector<bool>{false, true}));
}

INSTANTIATE_TEST_SUITE_P(Usable, Sweeps,
                         testing::ValuesIn(usable_kernels().begin(), usable_kernels().end()),
                         [](const auto& kernel) { return std::string(kernel.param->name); });

}  // namespace
}  // namespace moretta::audit
