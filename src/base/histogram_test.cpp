#include "base/histogram.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

TEST(Histogram, puts_every_value_between_the_bounds_of_its_bucket) {
  for (std::uint64_t value = 1; value < 10'000; ++value) {
    const std::size_t bucket = histogram_bucket(value);
    EXPECT_LE(value, histogram_bucket_max(bucket)) << value;
    if (bucket > 0) {
      EXPECT_GT(value, histogram_bucket_max(bucket - 1)) << value;
    }
  }
}

TEST(Histogram, has_bounds_that_grow_and_meet_every_power_of_two) {
  for (std::size_t bucket = 1; bucket < histogram_buckets; ++bucket) {
    EXPECT_GT(histogram_bucket_max(bucket), histogram_bucket_max(bucket - 1));
  }
  for (std::uint64_t power = 2; power < std::uint64_t{1} << 40U; power *= 2) {
    EXPECT_EQ(histogram_bucket_max(histogram_bucket(power)), power);
  }
}

TEST(Histogram, keeps_what_is_too_small_or_too_large_in_its_first_and_last_bucket) {
  Histogram histogram;
  histogram.note(-5);
  histogram.note(0);
  histogram.note(std::int64_t{1} << 60U);

  const HistogramCounts counts = histogram.counts();

  EXPECT_EQ(counts.count, 3);
  EXPECT_EQ(counts.buckets.front(), 2);
  EXPECT_EQ(counts.buckets.back(), 1);
  EXPECT_EQ(counts.sum, std::int64_t{1} << 60U);
}

TEST(Histogram, gives_quantiles_within_an_eighth_above) {
  Histogram histogram;
  for (int value = 1; value <= 1000; ++value) {
    histogram.note(value);
  }

  const HistogramCounts counts = histogram.counts();

  for (const double share : {0.5, 0.9, 0.99}) {
    const double exact = share * 1000;
    EXPECT_GE(static_cast<double>(counts.quantile(share)), exact);
    EXPECT_LE(static_cast<double>(counts.quantile(share)), exact * 1.25);
  }
  EXPECT_EQ(HistogramCounts{}.quantile(0.5), 0);
}

TEST(Histogram, tells_what_came_between_two_readings) {
  Histogram histogram;
  histogram.note(10);
  const HistogramCounts before = histogram.counts();
  histogram.note(1000);

  HistogramCounts between = histogram.counts();
  between -= before;

  EXPECT_EQ(between.count, 1);
  EXPECT_EQ(between.sum, 1000);
  EXPECT_EQ(between.quantile(0.5), 1024);
  between += before;
  EXPECT_EQ(between, histogram.counts());
}

}  // namespace
}  // namespace moretta
