#include "audit/prove.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::audit {
namespace {

void tell_nobody(const ProveProgress& /*unused*/) {}

DigestWords md5_of(const std::string& text) {
  return digest_words_of(DigestKind::md5, hex(md5(text))).value();
}

DigestWords sha256_of(const std::string& text) {
  return digest_words_of(DigestKind::sha256, hex(sha256(text))).value();
}

std::vector<Space> spaces(std::initializer_list<const char*> names) {
  std::vector<Space> found;
  for (const char* name : names) {
    found.push_back(Space::parse(name).value());
  }
  return found;
}

constexpr Millis long_enough{600'000};

TEST(Prove, counts_for_each_column_what_fell_to_any_space) {
  SystemClock clock;
  const std::vector<DigestSample> samples = {
      {.kind = DigestKind::md5, .digests = {md5_of("12-34"), md5_of("a word"), md5_of("7654")}},
      {.kind = DigestKind::sha256, .digests = {sha256_of("99-00"), sha256_of("another")}},
      {.kind = DigestKind::md5, .digests = {md5_of("12-34")}}};

  const Proof proof =
      prove(samples, {.spaces = spaces({"dd-dd", "dddd"}), .budget = long_enough, .threads = 2},
            clock, tell_nobody);

  EXPECT_EQ(proof.fallen, (std::vector<std::size_t>{2, 1, 1}));
  ASSERT_EQ(proof.sweeps.size(), 4U);
  for (const SweepResult& sweep : proof.sweeps) {
    EXPECT_EQ(sweep.tried, sweep.size);
    EXPECT_GT(sweep.per_core_second, 0);
  }
}

TEST(Prove, ends_a_space_when_everything_has_fallen) {
  SystemClock clock;
  const std::vector<DigestSample> samples = {
      {.kind = DigestKind::md5, .digests = {md5_of("1234"), md5_of("5678")}}};

  const Proof proof =
      prove(samples, {.spaces = spaces({"dddd", "dddddddddddd"}), .budget = long_enough}, clock,
            tell_nobody);

  EXPECT_EQ(proof.fallen, (std::vector<std::size_t>{2}));
  EXPECT_EQ(proof.sweeps.size(), 1U);
}

TEST(Prove, stops_when_its_time_is_over) {
  SystemClock clock;
  const std::vector<DigestSample> samples = {
      {.kind = DigestKind::md5, .digests = {md5_of("no such text")}}};

  const Proof proof = prove(samples, {.spaces = spaces({"dddddddddddd"}), .budget = Millis(50)},
                            clock, tell_nobody);

  EXPECT_EQ(proof.fallen, (std::vector<std::size_t>{0}));
  ASSERT_EQ(proof.sweeps.size(), 1U);
  EXPECT_GT(proof.sweeps[0].tried, 0U);
  EXPECT_LT(proof.sweeps[0].tried, proof.sweeps[0].size);
}

TEST(Prove, has_nothing_to_do_without_digests) {
  SystemClock clock;

  const Proof proof =
      prove({}, {.spaces = spaces({"ipv4"}), .budget = long_enough}, clock, tell_nobody);

  EXPECT_TRUE(proof.fallen.empty());
  EXPECT_TRUE(proof.sweeps.empty());
}

}  // namespace
}  // namespace moretta::audit
