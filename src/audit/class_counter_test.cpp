#include "audit/class_counter.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace moretta::audit {
namespace {

constexpr std::size_t few_classes = 4096;

TEST(ClassCounter, is_exact_while_the_values_fit) {
  ClassCounter counter;
  const std::vector<std::int64_t> sizes = {1, 1, 2, 4, 10, 100};
  for (std::size_t value = 0; value < sizes.size(); ++value) {
    for (std::int64_t i = 0; i < sizes[value]; ++i) {
      counter.add(value + 1);
    }
  }

  const ClassFigures figures = counter.figures();

  EXPECT_TRUE(figures.is_exact);
  EXPECT_EQ(figures.rows, 118);
  EXPECT_EQ(figures.distinct, 6);
  EXPECT_EQ(figures.unique, 2);
  EXPECT_EQ(figures.smallest, 1);
  EXPECT_EQ(figures.largest, 100);
  EXPECT_EQ(figures.top10, 118);
  EXPECT_EQ(figures.by_size, (std::array<std::int64_t, 7>{2, 1, 1, 0, 1, 0, 1}));
}

TEST(ClassCounter, knows_the_entropy_of_equal_shares) {
  ClassCounter counter;
  for (int i = 0; i < 4096; ++i) {
    counter.add(static_cast<std::uint64_t>(i % 256));
  }

  EXPECT_NEAR(counter.figures().entropy_bits, 8.0, 1e-9);
}

TEST(ClassCounter, has_no_figures_of_nothing) {
  const ClassFigures figures = ClassCounter().figures();

  EXPECT_EQ(figures.rows, 0);
  EXPECT_EQ(figures.distinct, 0);
  EXPECT_EQ(figures.largest, 0);
  EXPECT_EQ(figures.entropy_bits, 0);
}

TEST(ClassCounter, estimates_far_more_values_than_it_keeps) {
  ClassCounter counter(few_classes);
  SeededRandom random(3);
  constexpr std::int64_t singles = 400'000;
  constexpr std::int64_t heavy_rows = 50'000;
  for (std::int64_t i = 0; i < singles; ++i) {
    counter.add(random.next());
    if (i % 8 == 0) {
      counter.add(42);  // from the beginning to the end
    }
  }

  const ClassFigures figures = counter.figures();

  EXPECT_FALSE(figures.is_exact);
  EXPECT_EQ(figures.rows, singles + heavy_rows);
  // At least 2048 classes are sampled: a standard error of 2.2 %.
  EXPECT_NEAR(static_cast<double>(figures.distinct), singles, 0.1 * singles);
  EXPECT_NEAR(static_cast<double>(figures.unique), singles, 0.1 * singles);
  EXPECT_EQ(figures.largest, heavy_rows);
  const double rows = singles + heavy_rows;
  const double want = std::log2(rows) - heavy_rows * std::log2(double{heavy_rows}) / rows;
  EXPECT_NEAR(figures.entropy_bits, want, 0.1);
}

TEST(ClassCounter, finds_a_frequent_value_that_comes_late) {
  ClassCounter counter(few_classes);
  SeededRandom random(5);
  for (int i = 0; i < 100'000; ++i) {
    counter.add(random.next());
  }
  for (int i = 0; i < 5'000; ++i) {
    counter.add(77);
  }

  EXPECT_EQ(counter.figures().largest, 5'000);
}

}  // namespace
}  // namespace moretta::audit
