#include "pg/turn_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/rows.hpp"

namespace moretta::pg {
namespace {

using testing::ElementsAre;

Writes writes_of(const std::vector<int>& rows, const std::vector<int>& quarantine) {
  test::RowMaker maker(Mapping(1));
  Writes writes;
  for (const int number : rows) {
    writes.rows.push_back({.key = test::key_of(number), .row = maker.row({test::null()})});
  }
  for (const int number : quarantine) {
    writes.quarantine.emplace_back().key = test::key_of(number);
  }
  return writes;
}

std::vector<std::uint32_t> indexes(std::span<const Item> items) {
  std::vector<std::uint32_t> out;
  for (const Item& item : items) {
    out.push_back(item.index);
  }
  return out;
}

TEST(TurnPlan, sorts_by_key_and_keeps_the_first_of_each) {
  const TurnPlan plan(writes_of({5, 2, 5, 9, 2}, {7, 9, 7, 1}), Order::any);

  EXPECT_THAT(indexes(plan.whole().rows), ElementsAre(1, 0, 3));
  EXPECT_THAT(indexes(plan.whole().quarantine), ElementsAre(3, 0));
}

TEST(TurnPlan, leaves_rows_as_they_came_where_the_order_means_something) {
  const TurnPlan plan(writes_of({5, 2, 5, 9, 2}, {}), Order::by_group);

  EXPECT_THAT(indexes(plan.whole().rows), ElementsAre(0, 1, 3));
}

TEST(TurnPlan, compares_keys_as_bytes) {
  LedgerKey low;
  LedgerKey high;
  low.bytes[8] = std::byte{0x7f};
  high.bytes[8] = std::byte{0x80};

  EXPECT_LT(sort_key(low.bytes), sort_key(high.bytes));
}

TEST(TurnPlan, takes_rows_and_quarantine_apart_before_it_halves) {
  const TurnPlan plan(writes_of({1, 2, 3}, {4}), Order::any);

  const Halves apart = halves_of(plan.whole());
  EXPECT_EQ(apart.left.rows.size(), 0U);
  EXPECT_EQ(apart.left.quarantine.size(), 1U);
  EXPECT_EQ(apart.right.rows.size(), 3U);
  EXPECT_EQ(apart.right.quarantine.size(), 0U);

  const Halves halves = halves_of(apart.right);
  EXPECT_EQ(halves.left.rows.size(), 1U);
  EXPECT_EQ(halves.right.rows.size(), 2U);
}

}  // namespace
}  // namespace moretta::pg
