// What the sink makes of a server that goes away, comes back, or says no.

#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "pg/reply_thief.hpp"
#include "pg/world.hpp"

namespace moretta::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

void terminate(const World& world, int backend_pid) {
  world.ask_one("SELECT pg_terminate_backend(" + std::to_string(backend_pid) + ")");
}

// What and hint of the Refused that `act` throws.
std::string refusal_of(const auto& act) {
  try {
    act();
  } catch (const Refused& refused) {
    return std::string(refused.what()) + " | " + refused.hint();
  }
  return "not refused";
}

TEST(Outage, between_turns_costs_one_unavailable_and_no_message) {
  World world;
  const auto sink = world.sink();
  sink->write(world.writes({1}));
  terminate(world, sink->backend_pid());

  EXPECT_THROW(sink->write(world.writes({1, 2})), Unavailable);
  const Fates fates = sink->write(world.writes({1, 2}));

  EXPECT_THAT(fates.rows, ElementsAre(Fate::duplicate, Fate::stored));
  EXPECT_EQ(world.stored(), "2");
}

TEST(Outage, in_the_middle_of_a_turn_stores_nothing_of_it) {
  World world;
  const auto sink = world.sink();
  sink->open();
  const int backend = sink->backend_pid();
  pg::Connection locker = world.connect();
  locker.run("lock", "BEGIN; LOCK TABLE logins IN EXCLUSIVE MODE");
  bool unavailable = false;

  const Writes writes = world.writes({1, 2});
  std::thread writer([&] {
    try {
      sink->write(writes);
    } catch (const Unavailable&) {
      unavailable = true;
    }
  });
  const std::string waits =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
      "AND pid = " +
      std::to_string(backend);
  for (int look = 0; look < 10'000 && world.ask_one(waits) == "0"; ++look) {
  }
  terminate(world, backend);
  writer.join();
  locker.run("unlock", "ROLLBACK");

  EXPECT_TRUE(unavailable);
  EXPECT_EQ(world.stored(), "0");
  EXPECT_THAT(sink->write(writes).rows, Each(Fate::stored));
}

TEST(Outage, that_hides_a_commit_ends_in_duplicates_not_in_second_rows) {
  World world;
  ReplyThief thief(postgres().directory());
  pg::SinkOptions options = world.options();
  const std::string database(options.conninfo.get("dbname"));
  pg::PgSink sink({.conninfo = pg::Conninfo("host=" + thief.directory().string() +
                                            " user=moretta dbname=" + database),
                   .tables = world.tables,
                   .mapping = world.rows.mapping()},
                  world.clock, world.log);
  sink.open();
  thief.steal_next_reply();

  EXPECT_THROW(sink.write(world.writes({1, 2, 3})), Unavailable);
  EXPECT_EQ(world.stored(), "3");
  const Fates fates = sink.write(world.writes({1, 2, 3}));

  EXPECT_THAT(fates.rows, Each(Fate::duplicate));
  EXPECT_EQ(world.stored(), "3");
}

TEST(Outage, of_the_whole_server_is_survived_however_it_stops) {
  const auto server = own_postgres();
  World world(small_mapping(), *server);
  const auto sink = world.sink();
  int next = 0;
  for (const pg::StopMode mode :
       {pg::StopMode::fast, pg::StopMode::immediate, pg::StopMode::kill}) {
    sink->write(world.writes({next}));

    server->stop(mode);
    EXPECT_THROW(sink->write(world.writes({next, next + 1})), Unavailable);
    EXPECT_THROW(sink->write(world.writes({next, next + 1})), Unavailable);
    server->start();
    const Fates fates = sink->write(world.writes({next, next + 1}));

    EXPECT_THAT(fates.rows, ElementsAre(Fate::duplicate, Fate::stored));
    next += 2;
  }
  EXPECT_EQ(world.stored(), "6");
}

TEST(Outage, includes_a_server_that_has_become_read_only) {
  World world;
  world.ask("ALTER DATABASE " + world.ask_one("SELECT current_database()") +
            " SET default_transaction_read_only = on");
  pg::SinkOptions options = world.options();
  options.window = {.keep = pg::Days(15), .ahead = pg::Days(2)};
  pg::PgSink sink(std::move(options), world.clock, world.log);

  EXPECT_THROW(sink.write(world.writes({1})), Unavailable);
}

TEST(Outage, includes_a_statement_that_takes_too_long) {
  World world;
  pg::SinkOptions options = world.options();
  options.connection.statement_timeout = Seconds{1};
  pg::PgSink sink(std::move(options), world.clock, world.log);
  sink.open();
  pg::Connection locker = world.connect();
  locker.run("lock", "BEGIN; LOCK TABLE logins IN EXCLUSIVE MODE");

  try {
    sink.write(world.writes({1}));
    ADD_FAILURE() << "written under a lock";
  } catch (const Unavailable& unavailable) {
    EXPECT_THAT(unavailable.what(), HasSubstr("57014"));
  }
}

TEST(Refusal, of_a_missing_table_says_how_to_create_it) {
  World world;
  world.ask("DROP TABLE logins");

  const std::string text = refusal_of([&] { world.sink()->open(); });

  EXPECT_THAT(text, HasSubstr("logins"));
  EXPECT_THAT(text, HasSubstr("undefined_table (SQLSTATE 42P01)"));
  EXPECT_THAT(text, HasSubstr("moretta schema --apply"));
}

TEST(Refusal, of_a_missing_column_comes_before_the_first_message) {
  World world;
  world.ask("ALTER TABLE logins DROP COLUMN t");

  EXPECT_THAT(refusal_of([&] { world.sink()->open(); }), HasSubstr("check --connect"));
}

TEST(Refusal, of_a_missing_right_comes_before_the_first_message) {
  World world;
  pg::SinkOptions options = world.options();
  pg::PgSink sink({.conninfo = pg::Conninfo(world.make_role("GRANT SELECT ON logins TO {role}")),
                   .tables = world.tables,
                   .mapping = world.rows.mapping()},
                  world.clock, world.log);

  EXPECT_THAT(refusal_of([&] { sink.open(); }), HasSubstr("no right to insert into logins"));
  EXPECT_THAT(refusal_of([&] { sink.write(world.writes({1})); }), HasSubstr("42501"));
}

TEST(Refusal, of_a_missing_database_never_shows_the_password) {
  const pg::Conninfo conninfo(postgres().conninfo("no_such_database") + " password=hush");

  const std::string text = refusal_of([&] { pg::Connection(conninfo, {}); });

  EXPECT_THAT(text, HasSubstr("invalid_catalog_name (SQLSTATE 3D000)"));
  EXPECT_THAT(text, HasSubstr("create the database"));
  EXPECT_THAT(text, Not(HasSubstr("hush")));
}

TEST(Refusal, of_a_wrong_password_says_so_and_never_shows_it) {
  const auto server = own_postgres();
  query(server->conninfo(), "ALTER ROLE moretta PASSWORD 'right'");
  std::ofstream(server->directory() / "data" / "pg_hba.conf") << "local all all md5\n";
  server->stop(pg::StopMode::fast);
  EXPECT_NO_THROW(server->start());

  const std::string wrong =
      refusal_of([&] { pg::Connection(pg::Conninfo(server->conninfo() + " password=hush"), {}); });
  const std::string none =
      refusal_of([&] { pg::Connection(pg::Conninfo(server->conninfo()), {}); });

  EXPECT_THAT(wrong, HasSubstr("invalid_password (SQLSTATE 28P01)"));
  EXPECT_THAT(wrong, Not(HasSubstr("hush")));
  EXPECT_THAT(none, HasSubstr("no password supplied"));
  EXPECT_NO_THROW(pg::Connection(pg::Conninfo(server->conninfo() + " password=right"), {}));
}

TEST(Refusal, does_not_repeat_what_a_trigger_says_of_a_row) {
  World world;
  world.ask(
      "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "RAISE EXCEPTION 'canary %', NEW.t USING DETAIL = NEW.t, ERRCODE = NEW.t; END $$; "
      "CREATE TRIGGER told BEFORE INSERT ON logins FOR EACH ROW EXECUTE PROCEDURE tell()");
  for (const std::string_view code : {"42P01", "XX000", "40001"}) {
    Writes writes;
    writes.rows.push_back({.key = key_of(1), .row = world.rows.row({number(1), text(code)})});
    try {
      world.sink()->write(writes);
      ADD_FAILURE() << code;
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("canary")));
    }
  }
}

TEST(Connection, is_unavailable_where_nobody_listens) {
  EXPECT_THROW(pg::Connection(pg::Conninfo("host=/nowhere user=x dbname=y password=hush"), {}),
               Unavailable);
  EXPECT_THROW(pg::Connection(pg::Conninfo("host=127.0.0.1 port=1 user=x dbname=y"), {}),
               Unavailable);
}

TEST(Connection, leaves_durability_to_the_server_and_names_itself) {
  World world;
  pg::Connection connection(pg::Conninfo(world.database), {.purpose = "moretta lane 3"});

  const pg::Answer answer = connection.run(
      "ask",
      "SELECT current_setting('synchronous_commit'), current_setting('application_name'), "
      "current_setting('client_encoding'), current_setting('statement_timeout')");

  EXPECT_EQ(answer.value(0, 0), "on");
  EXPECT_EQ(answer.value(0, 1), "moretta lane 3");
  EXPECT_EQ(answer.value(0, 2), "UTF8");
  EXPECT_EQ(answer.value(0, 3), "30s");
}

}  // namespace
}  // namespace moretta::test
