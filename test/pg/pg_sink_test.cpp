#include "pg/pg_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/world.hpp"

namespace moretta::test {
namespace {

using testing::Each;
using testing::ElementsAre;

TEST(PgSink, stores_rows_with_their_ledger_keys) {
  World world;

  const Fates fates = world.sink()->write(world.writes({1, 2, 3}));

  EXPECT_THAT(fates.rows, ElementsAre(Fate::stored, Fate::stored, Fate::stored));
  EXPECT_EQ(world.stored(), "3");
  EXPECT_EQ(world.keys(), "3");
}

TEST(PgSink, counts_a_redelivered_message_as_duplicate) {
  for (const bool maybe_seen : {false, true}) {
    World world;
    const auto sink = world.sink();
    sink->write(world.writes({1, 2, 3}));

    Writes again = world.writes({4, 2, 3, 5});
    again.maybe_seen = maybe_seen;
    const Fates fates = sink->write(again);

    EXPECT_THAT(fates.rows,
                ElementsAre(Fate::stored, Fate::duplicate, Fate::duplicate, Fate::stored));
    EXPECT_EQ(world.stored(), "5");
    EXPECT_EQ(world.keys(), "5");
  }
}

TEST(PgSink, counts_later_items_of_one_write_as_duplicates) {
  World world;

  const Fates fates = world.sink()->write(world.writes({7, 8, 7, 7}));

  EXPECT_THAT(fates.rows,
              ElementsAre(Fate::stored, Fate::stored, Fate::duplicate, Fate::duplicate));
  EXPECT_EQ(world.stored(), "2");
}

TEST(PgSink, isolates_bad_rows_wherever_they_are) {
  const std::vector<std::vector<int>> cases = {
      {0}, {50}, {99}, {0, 99}, {49, 50}, {3, 4, 5, 60, 61}, numbers_to(100)};
  for (const std::vector<int>& bad : cases) {
    World world;
    world.refuse_bad_numbers();

    const Fates fates = world.sink()->write(world.writes(numbers_to(100), bad));

    for (int n = 0; n < 100; ++n) {
      const bool is_bad = std::ranges::find(bad, n) != bad.end();
      EXPECT_EQ(fates.rows[static_cast<std::size_t>(n)], is_bad ? Fate::refused : Fate::stored);
    }
    ASSERT_EQ(fates.refusals.size(), bad.size());
    for (std::size_t i = 0; i < bad.size(); ++i) {
      EXPECT_EQ(fates.refusals[i].row, static_cast<std::size_t>(bad[i]));
      EXPECT_EQ(fates.refusals[i].sqlstate, "23514");
      EXPECT_EQ(fates.refusals[i].column, "n_is_good");
    }
    EXPECT_EQ(world.stored(), std::to_string(100 - bad.size()));
    EXPECT_EQ(world.keys(), std::to_string(100 - bad.size()));
  }
}

}  // namespace
}  // namespace moretta::test
