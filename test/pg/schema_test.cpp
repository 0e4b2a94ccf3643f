// The tables as a server makes them, and the ledger's days.

#include "pg/schema.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/world.hpp"

namespace moretta::test {
namespace {

using pg::Days;
using testing::HasSubstr;

bool has_partitions(const World& world) {
  return world.connect().server_version() >= pg::server_version_partitioned;
}

std::string day_tables(const World& world) {
  return world.ask_one(
      "SELECT count(*) FROM pg_class WHERE relname ~ '^moretta_ledger_d[0-9]{8}$'");
}

// Rows whose messages were sent so many days before noon.
Writes sent_days_ago(World& world, const std::vector<int>& days) {
  Writes writes;
  for (const int day : days) {
    writes.rows.push_back(
        {.key = key_of(day, noon() - Days(day)), .row = world.rows.row({number(day), null()})});
  }
  return writes;
}

TEST(Schema, may_be_applied_again_and_leaves_what_is_there) {
  World world;
  world.sink()->write(world.writes({1, 2}));
  pg::Connection connection = world.connect();

  const pg::Upkeep again =
      pg::apply_schema(connection, world.tables, world.rows.mapping(), {}, world.clock.wall());

  EXPECT_EQ(again, pg::Upkeep{});
  EXPECT_EQ(world.stored(), "2");
}

TEST(Schema, may_be_applied_from_many_places_at_once) {
  const std::string database = fresh_database(postgres());
  const pg::Tables tables = pg::tables_beside({.schema = {}, .table = "logins"});

  std::vector<std::thread> appliers;
  for (int i = 0; i < 6; ++i) {
    appliers.emplace_back([&] {
      pg::Connection connection(pg::Conninfo(database), {});
      pg::apply_schema(connection, tables, small_mapping(), {}, noon());
    });
  }
  for (std::thread& applier : appliers) {
    applier.join();
  }

  EXPECT_EQ(query_one(database, "SELECT count(*) FROM logins"), "0");
}

TEST(Schema, makes_the_table_exactly_as_declared) {
  World world({column("user_id", ColumnType::varchar, 128), column("at", ColumnType::timestamptz),
               column("d", ColumnType::double_precision)});

  EXPECT_EQ(
      world.ask_one("SELECT string_agg(column_name || ' ' || data_type || coalesce(' ' || "
                    "character_maximum_length::text, '') || ' ' || is_nullable, ', ' ORDER BY "
                    "ordinal_position) FROM information_schema.columns WHERE table_name = "
                    "'logins'"),
      "user_id character varying 128 YES, at timestamp with time zone YES, d double precision "
      "YES");
}

TEST(Schema, stands_in_the_schema_of_its_table) {
  const std::string database = fresh_database(postgres());
  query(database, "CREATE SCHEMA \"App\"");
  const pg::Tables tables = pg::tables_beside({.schema = "App", .table = "Logins"});
  pg::Connection connection(pg::Conninfo(database), {});
  pg::apply_schema(connection, tables, small_mapping(), {}, noon());
  ManualClock clock(noon());
  Log log(LogFormat::json, LogLevel::off);
  RowMaker rows(small_mapping());
  pg::PgSink sink(
      {.conninfo = pg::Conninfo(database), .tables = tables, .mapping = small_mapping()}, clock,
      log);
  Writes writes;
  writes.rows.push_back({.key = key_of(1), .row = rows.row({number(1), null()})});
  writes.quarantine.push_back(World::record(2));

  sink.write(writes);

  EXPECT_EQ(query_one(database, "SELECT count(*) FROM \"App\".\"Logins\""), "1");
  EXPECT_EQ(query_one(database, "SELECT count(*) FROM \"App\".moretta_ledger"), "2");
  EXPECT_EQ(query_one(database, "SELECT count(*) FROM \"App\".moretta_quarantine"), "1");
}

TEST(Ledger, has_a_partition_for_each_day_of_its_window) {
  World world;
  if (!has_partitions(world)) {
    GTEST_SKIP() << "this server has no primary keys on partitioned tables";
  }

  world.sink()->write(sent_days_ago(world, {0, 1, 15, 16}));

  EXPECT_EQ(day_tables(world), "18");
  EXPECT_THAT(world.ask("SELECT tableoid::regclass FROM moretta_ledger ORDER BY key"),
              testing::ElementsAre("moretta_ledger_default", "moretta_ledger_d20231031",
                                   "moretta_ledger_d20231114", "moretta_ledger_d20231115"));
}

TEST(Ledger, drops_days_that_the_queue_has_forgotten_and_keeps_the_rest) {
  World world;
  const auto sink = world.sink();
  sink->write(sent_days_ago(world, {0, 5, 14, 20}));
  Writes timeless;
  Message without_time;
  without_time.id = "00000000-0000-4000-8000-000000000001";
  timeless.rows.push_back({.key = ledger_key(without_time), .row = world.rows.row({})});
  sink->write(timeless);

  world.clock.advance(Days(6));
  sink->write(world.writes({1000}));

  // Sent 0 and 5 days before noon, now 6 and 11 days old; without a time; and the new one.
  EXPECT_EQ(world.keys(), "4");
  EXPECT_EQ(world.stored(), "6");
  if (has_partitions(world)) {
    EXPECT_EQ(day_tables(world), "18");
  }
}

TEST(Ledger, loses_no_key_to_a_worker_whose_clock_is_ahead) {
  World world;
  const Millis since_noon(
      std::stoll(world.ask_one("SELECT floor(extract(epoch FROM now()) * 1000)::bigint")) -
      noon().time_since_epoch().count());
  Writes writes;
  writes.rows.push_back({.key = key_of(1, noon() + since_noon), .row = world.rows.row({})});
  world.clock.advance(since_noon);
  world.sink()->write(writes);

  world.clock.advance(Days(40));
  const Fates again = world.sink()->write(writes);

  EXPECT_THAT(again.rows, testing::ElementsAre(Fate::duplicate));
}

TEST(Ledger, is_made_once_by_many_writers_that_start_together) {
  World world;
  world.clock.advance(Days(30));
  std::vector<Writes> turns;
  for (int n = 0; n < 6; ++n) {
    turns.push_back(world.writes({n}));
  }

  std::vector<std::thread> writers;
  for (const Writes& turn : turns) {
    writers.emplace_back([&] { world.sink()->write(turn); });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }

  EXPECT_EQ(world.stored(), "6");
  if (has_partitions(world)) {
    EXPECT_EQ(day_tables(world), "18");
  }
}

TEST(Ledger, leaves_a_day_alone_whose_keys_came_before_its_partition) {
  World world;
  if (!has_partitions(world)) {
    GTEST_SKIP() << "this server has no primary keys on partitioned tables";
  }
  world.ask("INSERT INTO moretta_ledger VALUES ('" + pg::first_key_of(noon() + Days(5)) + "')");

  world.clock.advance(Days(5));
  const auto sink = world.sink();
  sink->write(world.writes({1}));

  EXPECT_EQ(world.ask_one("SELECT count(*) FROM moretta_ledger_default"), "1");
  EXPECT_EQ(day_tables(world), "17");
}

TEST(Ledger, works_for_a_role_that_may_only_insert) {
  World world;
  const std::string limited = world.make_role(
      "GRANT INSERT ON logins TO {role}; GRANT INSERT, SELECT ON moretta_ledger TO {role}");
  world.clock.advance(Days(30));
  pg::PgSink sink(
      {.conninfo = pg::Conninfo(limited), .tables = world.tables, .mapping = world.rows.mapping()},
      world.clock, world.log);

  sink.open();
  sink.write(world.writes({1}));
  sink.write(world.writes({1, 2}));

  EXPECT_EQ(world.stored(), "2");
  if (has_partitions(world)) {
    EXPECT_THAT(world.log_text, HasSubstr("ledger_upkeep_left_to_owner"));
  }
}

}  // namespace
}  // namespace moretta::test
