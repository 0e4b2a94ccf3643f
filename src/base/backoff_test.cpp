#include "base/backoff.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include <gtest/gtest.h>

namespace moretta {
namespace {

// Every draw is the same bits.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(unsigned char byte) : byte_(byte) {}
  void fill(std::span<std::byte> out) override { std::memset(out.data(), byte_, out.size()); }

 private:
  unsigned char byte_;
};

constexpr BackoffPolicy policy{.base = Millis{50}, .cap = Millis{20'000}};

}  // namespace

TEST(Backoff, doubles_its_ceiling_up_to_the_cap) {
  FixedRandom highest(0xff);
  Backoff backoff(policy, highest);

  for (const int ceiling_ms :
       {50, 100, 200, 400, 800, 1'600, 3'200, 6'400, 12'800, 20'000, 20'000}) {
    EXPECT_EQ(backoff.next(), Millis{ceiling_ms});
  }
}

TEST(Backoff, may_wait_not_at_all) {
  FixedRandom lowest(0);
  Backoff backoff(policy, lowest);

  EXPECT_EQ(backoff.next(), Millis{0});
  EXPECT_EQ(backoff.next(), Millis{0});
}

TEST(Backoff, spreads_its_waits_over_the_whole_range) {
  SeededRandom random(1);
  std::set<Millis> waits;

  for (int i = 0; i < 1'000; ++i) {
    Backoff backoff(policy, random);
    waits.insert(backoff.next());
  }

  EXPECT_EQ(waits.size(), 51U);  // 0 to 50 ms, each of them
  EXPECT_EQ(*waits.begin(), Millis{0});
  EXPECT_EQ(*waits.rbegin(), Millis{50});
}

TEST(Backoff, stays_at_the_cap_for_ever) {
  FixedRandom highest(0xff);
  Backoff backoff(policy, highest);

  for (int i = 0; i < 1'000; ++i) {
    backoff.next();
  }

  EXPECT_EQ(backoff.next(), Millis{20'000});
  EXPECT_EQ(backoff.attempt(), 1'001);
}

TEST(Backoff, starts_over_after_a_reset) {
  FixedRandom highest(0xff);
  Backoff backoff(policy, highest);
  backoff.next();
  backoff.next();

  backoff.reset();

  EXPECT_EQ(backoff.attempt(), 0);
  EXPECT_EQ(backoff.next(), Millis{50});
}

TEST(Backoff, keeps_to_a_cap_below_its_base) {
  FixedRandom highest(0xff);
  Backoff backoff({.base = Millis{500}, .cap = Millis{10}}, highest);

  EXPECT_EQ(backoff.next(), Millis{10});
}

TEST(SeededRandom, repeats_itself_from_its_seed) {
  SeededRandom one(42);
  SeededRandom same(42);
  SeededRandom other(43);

  const std::uint64_t first = one.next();

  EXPECT_EQ(same.next(), first);
  EXPECT_NE(other.next(), first);
}

// The first outputs of SplitMix64 as published with seed 1234567.
TEST(SeededRandom, is_split_mix_64) {
  SeededRandom random(1'234'567);

  EXPECT_EQ(random.next(), 6'457'827'717'110'365'317U);
  EXPECT_EQ(random.next(), 3'203'168'211'198'807'973U);
  EXPECT_EQ(random.next(), 9'817'491'932'198'370'423U);
}

TEST(SystemRandom, fills_spans_of_any_size_with_bytes_that_do_not_repeat) {
  SystemRandom random;
  std::array<std::byte, 10'000> first{};
  std::array<std::byte, 10'000> second{};

  random.fill(first);
  random.fill(second);

  EXPECT_NE(first, second);
  const std::span<const std::byte> tail = std::span(first).last(64);
  EXPECT_TRUE(std::ranges::any_of(tail, [](std::byte b) { return b != std::byte{0}; }));
}

TEST(Random, draws_units_below_one) {
  FixedRandom highest(0xff);
  FixedRandom lowest(0);

  EXPECT_LT(highest.unit(), 1.0);
  EXPECT_GT(highest.unit(), 0.999999);
  EXPECT_EQ(lowest.unit(), 0.0);
}

}  // namespace moretta
