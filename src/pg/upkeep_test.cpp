#include "pg/upkeep.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "record/ledger_key.hpp"

namespace moretta::pg {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

TEST(Upkeep, bounds_days_by_the_keys_of_their_first_millisecond) {
  const WallTime day{sys_days(2026y / 11 / 22)};
  Message message;
  message.id = "00000000-0000-0000-0000-000000000000";
  message.sent_at = day;

  std::string digits = first_key_of(day);
  std::erase(digits, '-');

  EXPECT_EQ(first_key_of(WallTime{}), "00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(digits, hex(ledger_key(message).bytes));
}

TEST(Upkeep, names_partitions_by_their_day) {
  const TableName ledger{.schema = "app", .table = "moretta_ledger"};

  EXPECT_EQ(day_partition(ledger, 2026y / 1 / 2).shown(), "app.moretta_ledger_d20260102");
  EXPECT_EQ(default_partition(ledger).shown(), "app.moretta_ledger_default");
}

}  // namespace
}  // namespace moretta::pg
