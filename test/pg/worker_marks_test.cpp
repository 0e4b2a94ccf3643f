// Who wrote a row of the ledger, and when, though it has nothing but its key.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/world.hpp"

namespace moretta::test {
namespace {

using testing::ElementsAre;

class Written {
 public:
  // A message by a worker of its own.
  std::string write(int n, const std::string& version) {
    pg::SinkOptions options = world.options();
    options.writer = {.version = version, .config = "f00d"};
    pg::PgSink sink(std::move(options), world.clock, world.log);
    sink.open();
    sink.write(world.writes({n}));
    return world.ask_one("SELECT max(key::text) FROM moretta_ledger");
  }
  std::optional<pg::Storing> storing(const std::string& key) {
    pg::Connection connection = world.connect();
    return pg::find_storing(connection, world.tables.ledger, key);
  }
  // As if the marks so far were older.
  void age(const std::string& minutes) {
    const std::string by = " - interval '" + minutes + " minutes'";
    world.ask("UPDATE moretta_worker_marks SET slot = slot" + by + ", first_at = first_at" + by +
              ", last_at = last_at" + by);
  }

  World world;
};

TEST(WorkerMarks, tell_between_which_times_a_row_was_stored_and_by_whom) {
  Written written;
  const std::string first = written.write(1, "1.0");
  written.age("60");
  const std::string second = written.write(2, "2.0");

  const auto older = written.storing(first);
  const auto newer = written.storing(second);

  ASSERT_TRUE(older && newer);
  EXPECT_THAT(older->writers, ElementsAre(pg::Writer{.version = "1.0", .config = "f00d"}));
  EXPECT_THAT(newer->writers, ElementsAre(pg::Writer{.version = "2.0", .config = "f00d"}));
  EXPECT_LT(older->after, older->before);
  EXPECT_LE(older->before - older->after, std::chrono::minutes{61});
  EXPECT_LE(older->before, newer->after + Millis{1});
}

TEST(WorkerMarks, name_all_who_wrote_at_the_time) {
  Written written;
  written.write(1, "1.0");
  const std::string key = written.write(2, "2.0");

  const auto storing = written.storing(key);

  ASSERT_TRUE(storing);
  EXPECT_EQ(storing->writers.size(), 2U);
}

TEST(WorkerMarks, are_a_row_for_ten_minutes_however_many_workers_there_are) {
  Written written;
  for (int n = 1; n <= 5; ++n) {
    written.write(n, "1.0");
  }

  EXPECT_LE(std::stoi(written.world.ask_one("SELECT count(*) FROM moretta_worker_marks")), 2);
}

TEST(WorkerMarks, are_done_without_where_the_table_is_not_there) {
  Written written;
  written.world.ask("DROP TABLE moretta_worker_marks");

  const std::string key = written.write(1, "1.0");

  EXPECT_FALSE(key.empty());
  EXPECT_FALSE(written.storing(key));
}

}  // namespace
}  // namespace moretta::test
