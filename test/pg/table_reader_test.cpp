// A table read once, by a real server.

#include "pg/table_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "pg/world.hpp"

namespace moretta::test {
namespace {

using testing::ElementsAre;

class TableReaderTest : public testing::Test {
 protected:
  std::string database_ = fresh_database(postgres());
  pg::Connection connection_{pg::Conninfo(database_), {.purpose = "test"}};
};

TEST_F(TableReaderTest, gives_every_row_once_and_null_as_null) {
  query(database_,
        "CREATE TABLE t AS SELECT n, nullif(n % 2, 0) AS odd FROM generate_series(1, 2500) n");

  pg::TableReader reader(connection_, pg::parse_table_name("t"));
  std::int64_t sum = 0;
  int nulls = 0;
  while (const auto rows = reader.next()) {
    EXPECT_LE(rows->rows(), pg::reader_rows_max);
    for (int row = 0; row < rows->rows(); ++row) {
      sum += std::stoll(std::string(rows->value(row, 0)));
      nulls += rows->is_null(row, 1) ? 1 : 0;
    }
  }

  EXPECT_THAT(reader.columns(), ElementsAre("n", "odd"));
  EXPECT_EQ(sum, 2500 * 2501 / 2);
  EXPECT_EQ(nulls, 1250);
}

TEST_F(TableReaderTest, cuts_long_values_and_takes_any_name) {
  query(database_, R"(CREATE TABLE "Odd ""one"""("a, b" text, gone int))");
  query(database_, R"(ALTER TABLE "Odd ""one""" DROP COLUMN gone)");
  query(database_, R"(INSERT INTO "Odd ""one""" VALUES (repeat('x', 100000)))");

  pg::TableReader reader(connection_, pg::TableName{.schema = {}, .table = "Odd \"one\""});
  const auto rows = reader.next();

  EXPECT_THAT(reader.columns(), ElementsAre("a, b"));
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->value(0, 0).size(), static_cast<std::size_t>(pg::cell_chars_max));
  EXPECT_FALSE(reader.next());
}

TEST_F(TableReaderTest, gives_addresses_without_the_length_of_their_mask) {
  query(database_,
        "CREATE TABLE t AS SELECT '203.0.113.9'::inet AS ip, '10.0.0.0/24'::inet AS net");

  pg::TableReader reader(connection_, pg::parse_table_name("t"));
  const auto rows = reader.next();

  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->value(0, 0), "203.0.113.9");
  EXPECT_EQ(rows->value(0, 1), "10.0.0.0/24");
}

TEST_F(TableReaderTest, refuses_a_table_that_is_not_there) {
  EXPECT_THROW(pg::TableReader(connection_, pg::parse_table_name("nowhere")), Refused);
}

TEST_F(TableReaderTest, changes_nothing_and_sees_one_moment) {
  query(database_, "CREATE TABLE t AS SELECT n FROM generate_series(1, 3000) n");

  pg::TableReader reader(connection_, pg::parse_table_name("t"));
  int rows_read = reader.next()->rows();
  query(database_, "DELETE FROM t");
  while (const auto rows = reader.next()) {
    rows_read += rows->rows();
  }

  EXPECT_EQ(rows_read, 3000);
  EXPECT_THROW(connection_.run("write", "INSERT INTO t VALUES (1)"), std::exception);
}

}  // namespace
}  // namespace moretta::test
