#include "core/tally.hpp"

#include <gtest/gtest.h>

namespace moretta {
namespace {

TEST(Tally, counts_rejects_by_column_and_reason_and_adds_them_up) {
  Tally tally({"user_id", "masked_ip"});
  tally.rejected({.reason = Reason::too_long, .column = "masked_ip"});
  tally.rejected({.reason = Reason::too_long, .column = "masked_ip"});
  tally.rejected({.reason = Reason::invalid_json});
  tally.rejected({.reason = Reason::refused_by_table, .column = "a constraint"});

  const auto columns = tally.rejects_by_column();

  const auto count = [&](std::size_t column, Reason reason) {
    return columns.at(column).at(static_cast<std::size_t>(reason));
  };
  ASSERT_EQ(columns.size(), 3U);
  EXPECT_EQ(count(1, Reason::too_long), 2);
  EXPECT_EQ(count(2, Reason::invalid_json), 1);
  EXPECT_EQ(count(2, Reason::refused_by_table), 1) << "no column of ours";
  EXPECT_EQ(tally.totals().rejects[static_cast<std::size_t>(Reason::too_long)], 2);
}

TEST(Tally, adds_up_at_every_moment) {
  Tally tally;
  tally.received(3);
  tally.settled(Outcome::stored);
  tally.settled(Outcome::duplicate);

  const Totals totals = tally.totals();

  EXPECT_EQ(totals.in_flight(), 1);
  EXPECT_EQ(totals.received, totals.stored + totals.duplicate + totals.in_flight());
}

}  // namespace
}  // namespace moretta
