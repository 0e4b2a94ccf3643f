#include "pg/pg_sink.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.hpp"
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

TEST(PgSink, refuses_a_column_too_narrow_for_its_tokens_before_the_first_row) {
  World world;
  pg::SinkOptions options = world.options();
  mask::Policy policy;
  policy.method = mask::Method::keep;
  std::vector<mask::Policy> policies(2, policy);
  policies[1].method = mask::Method::aes_siv;
  for (const auto& [width, fits] : {std::pair(66, false), std::pair(67, true)}) {
    world.ask("ALTER TABLE logins ALTER COLUMN t TYPE varchar(" + std::to_string(width) + ")");
    options.widths = pg::token_widths(options.mapping, policies, 1);
    pg::PgSink sink(options, world.clock, world.log);

    try {
      sink.open();
      EXPECT_TRUE(fits) << width;
    } catch (const Refused& error) {
      EXPECT_FALSE(fits) << error.what();
      EXPECT_THAT(error.what(), testing::HasSubstr("column t holds 66 characters"));
      EXPECT_THAT(error.hint(), testing::HasSubstr("varchar(67)"));
    }
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
  World world;
  world.refuse_bad_numbers();
  for (const std::vector<int>& bad : cases) {
    world.ask("TRUNCATE logins, moretta_ledger");

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

TEST(PgSink, finds_one_bad_row_in_about_as_many_statements_as_halvings) {
  World world;
  world.refuse_bad_numbers();
  world.count_statements();

  world.sink()->write(world.writes(numbers_to(1024), {700}));

  EXPECT_LE(world.statements(), 20);
  EXPECT_EQ(world.stored(), "1023");
}

// Halving asks for each bad row about twice as often as 1024 can be halved.
TEST(PgSink, finds_some_bad_rows_in_about_as_many_statements_as_halvings_each) {
  World world;
  world.refuse_bad_numbers();
  world.count_statements();
  const std::vector<int> bad = {3, 200, 201, 511, 777, 1000};

  world.sink()->write(world.writes(numbers_to(1024), bad));

  EXPECT_LE(world.statements(), static_cast<int>(2 * bad.size() * 10));
  EXPECT_EQ(world.stored(), "1018");
}

TEST(PgSink, refuses_every_delivery_of_a_bad_row_so_that_none_is_deleted) {
  World world;
  world.refuse_bad_numbers();

  const Fates fates = world.sink()->write(world.writes({1, 2, 1}, {1}));

  EXPECT_THAT(fates.rows, ElementsAre(Fate::refused, Fate::stored, Fate::refused));
  EXPECT_EQ(fates.refusals.size(), 2U);
}

// Messages of one millisecond, whose keys are in any order.
TEST(PgSink, inserts_rows_in_the_order_of_a_fifo_queue) {
  for (const bool maybe_seen : {false, true}) {
    World world;
    world.ask("ALTER TABLE logins ADD COLUMN place bigserial");
    pg::SinkOptions options = world.options();
    options.rules.order = Order::by_group;
    pg::PgSink sink(std::move(options), world.clock, world.log);
    std::vector<int> numbers = numbers_to(300);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      std::swap(numbers[i], numbers[i * 7919 % numbers.size()]);
    }
    sink.write(world.writes({numbers[17], numbers[203]}));
    Writes writes = world.writes(numbers);
    writes.maybe_seen = maybe_seen;

    sink.write(writes);

    std::vector<std::string> expected = {std::to_string(numbers[17]), std::to_string(numbers[203])};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (i != 17 && i != 203) {
        expected.push_back(std::to_string(numbers[i]));
      }
    }
    EXPECT_EQ(world.ask("SELECT n FROM logins ORDER BY place"), expected);
  }
}

// Of two groups, with the bad row in the middle of the first; also a later delivery of what stands
// behind it.
TEST(PgSink, writes_nothing_behind_a_refused_row_of_its_group) {
  World world;
  world.refuse_bad_numbers();
  pg::SinkOptions options = world.options();
  options.rules.order = Order::by_group;
  pg::PgSink sink(std::move(options), world.clock, world.log);
  Writes writes = world.writes({1, 2, 3, 4, 5, 6, 5}, {3});
  for (std::size_t i = 0; i < writes.rows.size(); ++i) {
    writes.rows[i].group = i % 2 == 0 ? 1 : 2;
  }

  const Fates fates = sink.write(writes);

  EXPECT_THAT(fates.rows, ElementsAre(Fate::stored, Fate::stored, Fate::refused, Fate::stored,
                                      Fate::withheld, Fate::stored, Fate::withheld));
  EXPECT_THAT(world.ask("SELECT n FROM logins ORDER BY n"), ElementsAre("1", "2", "4", "6"));
}

// A connect takes two seconds at least, as libpq counts.
TEST(PgSink, starts_nothing_that_the_time_left_is_too_short_for) {
  World world;
  const auto sink = world.sink();

  sink->finish_by(world.clock.steady() + Millis{1999});
  EXPECT_THROW(sink->write(world.writes({1})), Unavailable);
  EXPECT_EQ(world.stored(), "0");

  sink->finish_by(world.clock.steady() + Seconds{30});
  EXPECT_THAT(sink->write(world.writes({1})).rows, ElementsAre(Fate::stored));
}

TEST(PgSink, refuses_a_row_that_breaks_the_tables_own_key_and_keeps_the_rest) {
  World world;
  world.ask("ALTER TABLE logins ADD PRIMARY KEY (n)");
  const auto sink = world.sink();
  sink->write(world.writes({1}));
  Writes writes = world.writes({2, 3});
  writes.rows.push_back({.key = key_of(9), .row = world.rows.row({number(1), null()})});

  const Fates fates = sink->write(writes);

  EXPECT_THAT(fates.rows, ElementsAre(Fate::stored, Fate::stored, Fate::refused));
  ASSERT_EQ(fates.refusals.size(), 1U);
  EXPECT_EQ(fates.refusals[0].sqlstate, "23505");
  EXPECT_EQ(fates.refusals[0].column, "logins_pkey");
}

TEST(PgSink, names_the_column_that_takes_no_null) {
  World world;
  world.ask("ALTER TABLE logins ALTER COLUMN t SET NOT NULL");

  const Fates fates = world.sink()->write(world.writes({1}));

  ASSERT_EQ(fates.refusals.size(), 1U);
  EXPECT_EQ(fates.refusals[0].sqlstate, "23502");
  EXPECT_EQ(fates.refusals[0].column, "t");
}

TEST(PgSink, stores_redelivered_messages_again_without_a_ledger) {
  World world;
  pg::SinkOptions options = world.options();
  options.ledger = pg::Ledger::off;
  pg::PgSink sink(std::move(options), world.clock, world.log);

  sink.write(world.writes({1, 2}));
  const Fates fates = sink.write(world.writes({2, 3, 3}));

  EXPECT_THAT(fates.rows, ElementsAre(Fate::stored, Fate::stored, Fate::duplicate));
  EXPECT_EQ(world.stored(), "4");
  EXPECT_EQ(world.keys(), "0");
}

TEST(PgSink, writes_nothing_for_nothing) {
  World world;

  const Fates fates = world.sink()->write({});

  EXPECT_TRUE(fates.rows.empty());
}

TEST(PgSink, writes_a_turn_that_is_too_large_for_one_statement_in_parts) {
  World world;
  pg::SinkOptions options = world.options();
  options.parameter_bytes_max = 500;
  pg::PgSink sink(std::move(options), world.clock, world.log);
  Writes writes = world.writes(numbers_to(70));
  writes.quarantine.push_back(World::record(100));

  const Fates fates = sink.write(writes);

  EXPECT_THAT(fates.rows, Each(Fate::stored));
  EXPECT_THAT(fates.quarantine, Each(Fate::stored));
  EXPECT_EQ(world.stored(), "70");
}

TEST(PgSink, shares_messages_between_two_writers_without_loss_or_deadlock) {
  World world;
  constexpr int rounds = 30;
  std::vector<Writes> left;
  std::vector<Writes> right;
  for (int round = 0; round < rounds; ++round) {
    std::vector<int> numbers = numbers_between(100 * round, 100 * round + 150);
    left.push_back(world.writes(numbers));
    std::ranges::reverse(numbers);
    right.push_back(world.writes(numbers));
  }
  std::atomic<std::size_t> stored = 0;
  const auto work = [&](const std::vector<Writes>& turns) {
    const auto sink = world.sink();
    for (const Writes& turn : turns) {
      const Fates fates = sink->write(turn);
      stored += static_cast<std::size_t>(std::ranges::count(fates.rows, Fate::stored));
    }
  };

  std::thread other([&] { work(right); });
  work(left);
  other.join();

  EXPECT_EQ(stored, 100U * rounds + 50U);
  EXPECT_EQ(world.stored(), std::to_string(stored));
  EXPECT_EQ(world.ask_one("SELECT count(DISTINCT n) FROM logins"), std::to_string(stored));
}

}  // namespace
}  // namespace moretta::test
