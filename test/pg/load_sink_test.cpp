// What `load` writes: every type as COPY takes it, and rows, records and checkpoint all or nothing.

#include "pg/load_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "pg/world.hpp"

namespace moretta::test {
namespace {

using testing::HasSubstr;

class LoadWorld : public World {
 public:
  explicit LoadWorld(Mapping mapping = small_mapping()) : World(std::move(mapping)) {}

  // A batch of one row for each list of values, from `from` on.
  std::optional<pg::ServerError> store(const std::vector<std::vector<Value>>& rows_of_values,
                                       std::optional<std::int64_t> from, std::int64_t to,
                                       const Writes& beside = {}) {
    encoder_.begin();
    for (const auto& values : rows_of_values) {
      encoder_.add(rows.row(values));
    }
    return sink_.store({.rows = encoder_, .beside = beside},
                       {.file = file_,
                        .range_begin = 0,
                        .range_end = 1000,
                        .from = from,
                        .to = to,
                        .stored = rows_of_values.size(),
                        .quarantined = beside.quarantine.size()});
  }

  [[nodiscard]] std::string checkpoint() const {
    return ask_one("SELECT next_offset || ' ' || stored || ' ' || quarantined FROM moretta_load");
  }

  pg::LoadSink& load_sink() { return sink_; }

 private:
  pg::LoadedFile file_{.id = "f", .path = "it's a file", .bytes = 1000};
  pg::CopyEncoder encoder_{rows.mapping()};
  pg::LoadSink sink_{
      {.conninfo = pg::Conninfo(database), .tables = tables, .mapping = rows.mapping()}, clock};
};

TEST(LoadSink, stores_each_type_as_the_server_reads_its_text) {
  const struct {
    ColumnType type;
    Value value;
    std::string text;
  } cases[] = {
      {ColumnType::text, text("Zoë 🎭 \\N"), "Zoë 🎭 \\N"},
      {ColumnType::varchar, text(""), ""},
      {ColumnType::smallint, number(-32768), "-32768"},
      {ColumnType::integer, number(2147483647), "2147483647"},
      {ColumnType::bigint, number(-9'000'000'000'000'000'000), "-9000000000000000000"},
      {ColumnType::double_precision, real(-1.5e300), "-1.5e300"},
      {ColumnType::boolean, boolean(true), "true"},
      {ColumnType::boolean, boolean(false), "false"},
      {ColumnType::date, date(-719162), "0001-01-01"},
      {ColumnType::timestamptz, timestamp(-1), "1969-12-31 23:59:59.999999+00"},
      {ColumnType::uuid, text("424CDD21-063a-43a7-b91b-7ca1a833afae"),
       "424cdd21-063a-43a7-b91b-7ca1a833afae"},
      {ColumnType::inet, text("10.1.2.3"), "10.1.2.3"},
      {ColumnType::inet, text("10.1.2.3/8"), "10.1.2.3/8"},
      {ColumnType::inet, text("2001:DB8::1"), "2001:db8::1"},
      {ColumnType::inet, text("2001:DB8::/32"), "2001:db8::/32"},
      {ColumnType::jsonb, text(R"({"b": [1, null]})"), R"({"b": [1, null]})"},
  };

  for (const auto& [type, value, want] : cases) {
    LoadWorld world({column("v", type)});

    EXPECT_EQ(world.store({{value}, {null()}}, std::nullopt, 1), std::nullopt) << type_name(type);

    const std::string literal = pg::quote_literal(want) + "::" + std::string(type_name(type));
    EXPECT_EQ(world.ask_one("SELECT bool_and(v::text = (" + literal +
                            ")::text) AND count(*) = 2 AND count(v) = 1 FROM logins"),
              "t")
        << want;
  }
}

TEST(LoadSink, stores_numeric_with_every_digit_and_the_scale_as_written) {
  const std::vector<std::string> numbers = {
      "0",           "-0",       "0.0",        "0.00000",
      "1",           "-1",       "10",         "9999",
      "10000",       "10001",    "100000000",  "12345678901234567890.12345678901234567890",
      "0.1",         "0.12345",  "0.00012345", "0.000012345",
      "-0.5",        "1.10",     "100.00",     "1e5",
      "1E+5",        "1.50e1",   "1.5e-7",     "123e-2",
      "12.34e-10",   "-7e20",    "1e300",      "1e-300",
      "0e10",        "9.9999e3", "0.0001",     "0.00001",
      "123456.7e-3", "5e0"};
  LoadWorld world({column("v", ColumnType::numeric), column("i", ColumnType::integer)});
  std::vector<std::vector<Value>> rows;
  for (const std::string& digits : numbers) {
    rows.push_back({text(digits), number(static_cast<std::int64_t>(rows.size()))});
  }

  ASSERT_EQ(world.store(rows, std::nullopt, 1), std::nullopt);

  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(world.ask_one("SELECT v::text FROM logins WHERE i = " + std::to_string(i)),
              world.ask_one("SELECT '" + numbers[i] + "'::numeric::text"))
        << numbers[i];
  }
}

TEST(LoadSink, leaves_the_rows_fault_to_the_row_when_no_server_holds_the_value) {
  for (const std::string digits :
       {"1e-99999", "1e99999999999999999999", "1e-99999999999999999999"}) {
    LoadWorld world({column("v", ColumnType::numeric)});

    const auto refused = world.store({{text(digits)}}, std::nullopt, 1);

    ASSERT_TRUE(refused.has_value()) << digits;
    EXPECT_EQ(refused->sqlstate.substr(0, 2), "22") << digits;
  }
}

TEST(LoadSink, stores_all_of_a_step_or_nothing) {
  LoadWorld world;
  world.refuse_bad_numbers();
  Writes beside;
  beside.quarantine.push_back(World::record(1));
  ASSERT_EQ(world.store({{number(1)}, {number(2)}}, std::nullopt, 20, beside), std::nullopt);

  const auto refused = world.store({{number(3)}, {number(World::bad_number)}}, 20, 40);

  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->sqlstate, "23514");
  EXPECT_EQ(world.stored(), "2");
  EXPECT_EQ(world.ask_one("SELECT count(*) FROM moretta_quarantine"), "1");
  EXPECT_EQ(world.checkpoint(), "20 2 1");
  EXPECT_EQ(world.store({{number(3)}}, 20, 40), std::nullopt);
  EXPECT_EQ(world.checkpoint(), "40 3 1");
}

TEST(LoadSink, refuses_a_step_from_where_the_file_no_longer_is) {
  LoadWorld world;
  ASSERT_EQ(world.store({{number(1)}}, std::nullopt, 20), std::nullopt);

  for (const std::optional<std::int64_t> from :
       {std::optional<std::int64_t>(), std::optional<std::int64_t>(10)}) {
    EXPECT_THROW(world.store({{number(2)}}, from, 40), Refused);
  }

  EXPECT_EQ(world.stored(), "1");
  EXPECT_EQ(world.checkpoint(), "20 1 0");
}

TEST(LoadSink, keeps_the_vault_of_its_rows) {
  LoadWorld world;
  const mask::MasterKey key{.id = 1, .bytes = SecretBytes(mask::master_key_bytes)};
  mask::Policy kept;
  kept.method = mask::Method::keep;
  mask::Policy md5;
  md5.method = mask::Method::md5;
  md5.domain = "d";
  md5.recover = mask::Recover::aes_256_cbc;
  Mapping mapping = small_mapping();
  mapping[1].width = 64;
  RowMaker maker(mapping, {kept, md5}, key);
  Writes beside;
  for (const char* value : {"b", "a", "b"}) {
    beside.rows.push_back({.key = {}, .row = maker.row({number(1), text(value)})});
  }

  EXPECT_EQ(world.store({}, std::nullopt, 20, beside), std::nullopt);

  EXPECT_EQ(world.ask_one("SELECT count(*) FROM pii_vault"), "2");
}

TEST(LoadSink, says_which_columns_are_not_of_the_type_it_would_send) {
  LoadWorld world;
  world.ask("ALTER TABLE logins ALTER n TYPE bigint, ALTER t TYPE text");

  try {
    world.load_sink().open();
    FAIL() << "opened";
  } catch (const Refused& error) {
    EXPECT_THAT(error.what(), HasSubstr("n is bigint, not integer"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("t is")));
  }
}

}  // namespace
}  // namespace moretta::test
