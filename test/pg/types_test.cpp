// Every column type, from a row to the table and back, and what the server refuses of them.

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/world.hpp"

namespace moretta::test {
namespace {

using testing::ElementsAre;

// A table with one column of each type, and a number to find rows by.
class TypesWorld : public World {
 public:
  TypesWorld() : World(mapping()) {}

  // What is stored of the value as text, or the SQLSTATE of its refusal.
  std::string stored_as(ColumnType type, const Value& value) {
    const auto place = static_cast<std::size_t>(type);
    std::vector<Value> values(rows.mapping().size());
    values[place] = value;
    values.back() = number(++last_);
    Writes writes;
    writes.rows.push_back({.key = key_of(last_), .row = rows.row(values)});
    const Fates fates = sink_->write(writes);
    if (fates.rows.front() == Fate::refused) {
      return fates.refusals.front().sqlstate;
    }
    return ask_one("SET timezone = 'UTC'; SELECT c" + std::to_string(place) +
                   "::text FROM logins WHERE n = " + std::to_string(last_));
  }

  static Mapping mapping() {
    Mapping made;
    for (int type = 0; type <= static_cast<int>(ColumnType::jsonb); ++type) {
      made.push_back(column("c" + std::to_string(type), static_cast<ColumnType>(type)));
    }
    made.push_back(column("n", ColumnType::integer));
    return made;
  }

 private:
  std::unique_ptr<pg::PgSink> sink_ = sink();
  int last_ = 0;
};

TEST(Types, come_back_as_they_went) {
  constexpr auto big = std::numeric_limits<std::int64_t>::max();
  const struct {
    ColumnType type;
    Value value;
    std::string want;
  } cases[] = {
      {ColumnType::text, text("Zoë 🎭 'quoted\\\" {a,b} NULL"), "Zoë 🎭 'quoted\\\" {a,b} NULL"},
      {ColumnType::text, text(""), ""},
      {ColumnType::varchar, text("NULL"), "NULL"},
      {ColumnType::smallint, number(-32768), "-32768"},
      {ColumnType::integer, number(2147483647), "2147483647"},
      {ColumnType::bigint, number(big), "9223372036854775807"},
      {ColumnType::bigint, number(-big - 1), "-9223372036854775808"},
      {ColumnType::double_precision, real(1.5e300), "1.5e+300"},
      {ColumnType::double_precision, real(-0.0), "-0"},
      {ColumnType::numeric, text("123456789012345678901234567890.123456789"),
       "123456789012345678901234567890.123456789"},
      {ColumnType::boolean, boolean(true), "true"},
      {ColumnType::boolean, boolean(false), "false"},
      {ColumnType::date, date(0), "1970-01-01"},
      {ColumnType::date, date(-719162), "0001-01-01"},
      {ColumnType::date, date(2932896), "9999-12-31"},
      {ColumnType::timestamptz, timestamp(1'700'049'600'123'456), "2023-11-15 12:00:00.123456+00"},
      {ColumnType::timestamptz, timestamp(-1), "1969-12-31 23:59:59.999999+00"},
      {ColumnType::uuid, text("424CDD21-063a-43a7-b91b-7ca1a833afae"),
       "424cdd21-063a-43a7-b91b-7ca1a833afae"},
      {ColumnType::inet, text("2001:DB8::1"), "2001:db8::1/128"},
      {ColumnType::jsonb, text(R"({"b": [1, null], "a": "é"})"), R"({"a": "é", "b": [1, null]})"},
  };

  TypesWorld world;
  for (const auto& [type, value, want] : cases) {
    EXPECT_EQ(world.stored_as(type, value), want) << type_name(type);
  }
}

TEST(Types, refuse_what_they_cannot_hold_as_the_rows_own_fault) {
  constexpr auto big = std::numeric_limits<std::int64_t>::max();
  const struct {
    ColumnType type;
    Value value;
    std::string sqlstate;
  } cases[] = {
      {ColumnType::text, text(std::string_view("a\0b", 3)), "22021"},
      {ColumnType::text, text("\xff"), "22021"},
      {ColumnType::numeric, text("twelve"), "22P02"},
      {ColumnType::uuid, text("424cdd21"), "22P02"},
      {ColumnType::inet, text("1.2.3.400"), "22P02"},
      {ColumnType::jsonb, text("{"), "22P02"},
      {ColumnType::date, date(big), "22008"},
      {ColumnType::date, date(-3'000'000), "22008"},
      {ColumnType::timestamptz, timestamp(-big), "22008"},
  };

  TypesWorld world;
  for (const auto& [type, value, sqlstate] : cases) {
    EXPECT_EQ(world.stored_as(type, value), sqlstate) << type_name(type);
  }
}

TEST(Types, are_refused_rather_than_cut_when_the_table_is_narrower_than_the_config) {
  World world;
  world.ask("ALTER TABLE logins ALTER COLUMN t TYPE varchar(3)");
  Writes writes;
  writes.rows.push_back({.key = key_of(1), .row = world.rows.row({number(1), text("abcd")})});
  writes.rows.push_back({.key = key_of(2), .row = world.rows.row({number(2), text("äöü")})});

  const Fates fates = world.sink()->write(writes);

  EXPECT_THAT(fates.rows, ElementsAre(Fate::refused, Fate::stored));
  EXPECT_EQ(fates.refusals[0].sqlstate, "22001");
}

TEST(Types, hold_null_every_one_in_one_row) {
  TypesWorld world;
  Writes writes;
  writes.rows.push_back({.key = key_of(1), .row = world.rows.row({})});

  EXPECT_THAT(world.sink()->write(writes).rows, ElementsAre(Fate::stored));
  EXPECT_EQ(world.ask_one("SELECT num_nulls(VARIADIC ARRAY[c0, c1, c2::text, c3::text, c4::text, "
                          "c5::text, c6::text, c7::text, c8::text, c9::text, c10::text, c11::text, "
                          "c12::text]) FROM logins"),
            "13");
}

TEST(Types, find_columns_and_tables_by_their_exact_names) {
  World world({column("Select \"x\"", ColumnType::text)});
  Writes writes;
  writes.rows.push_back({.key = key_of(1), .row = world.rows.row({text("v")})});

  world.sink()->write(writes);

  EXPECT_EQ(world.ask_one("SELECT \"Select \"\"x\"\"\" FROM logins"), "v");
}

}  // namespace
}  // namespace moretta::test
