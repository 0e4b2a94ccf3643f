#pragma once

// A database with one mapping's tables, and what the tests of the sink do with it.

#include "base/log.hpp"
#include "pg/pg_sink.hpp"
#include "pg/schema.hpp"
#include "support/postgres.hpp"
#include "support/rows.hpp"

namespace moretta::test {

inline Column column(std::string name, ColumnType type, std::optional<int> width = {}) {
  Column made;
  made.name = std::move(name);
  made.pointer = "/" + made.name;
  made.type = type;
  made.width = width;
  made.nullable = true;
  return made;
}

// Two columns are enough for most: a number to tell rows apart, a text of at most eight characters.
inline Mapping small_mapping() {
  return {column("n", ColumnType::integer), column("t", ColumnType::varchar, 8)};
}

class World {
 public:
  explicit World(Mapping mapping = small_mapping(), pg::Throwaway& server = postgres())
      : database(fresh_database(server)), rows(std::move(mapping)) {
    pg::Connection connection(pg::Conninfo(database), {});
    pg::apply_schema(connection, tables, rows.mapping(), {}, clock.wall());
  }

  [[nodiscard]] pg::SinkOptions options() const {
    return {.conninfo = pg::Conninfo(database), .tables = tables, .mapping = rows.mapping()};
  }

  std::unique_ptr<pg::PgSink> sink() { return std::make_unique<pg::PgSink>(options(), clock, log); }

  // Rows n with text "row", or one too long for its column if `bad` holds n.
  Writes writes(const std::vector<int>& numbers, const std::vector<int>& bad = {}) {
    Writes made;
    for (const int n : numbers) {
      const bool is_bad = std::ranges::find(bad, n) != bad.end();
      made.rows.push_back({.key = key_of(n), .row = rows.row({number(n), null()})});
      if (is_bad) {
        made.rows.back().row = rows.row({number(bad_number), null()});
      }
    }
    return made;
  }

  [[nodiscard]] std::vector<std::string> ask(const std::string& sql) const {
    return query(database, sql);
  }
  [[nodiscard]] std::string ask_one(const std::string& sql) const {
    return query_one(database, sql);
  }
  [[nodiscard]] std::string stored() const { return ask_one("SELECT count(*) FROM logins"); }
  [[nodiscard]] std::string keys() const { return ask_one("SELECT count(*) FROM moretta_ledger"); }

  // A row with it breaks the table's check, if the test has made one: see refuse_bad_numbers.
  static constexpr int bad_number = -1;
  void refuse_bad_numbers() const {
    query(database, "ALTER TABLE logins ADD CONSTRAINT n_is_good CHECK (n >= 0)");
  }

  std::string database;
  pg::Tables tables = pg::tables_beside({.schema = {}, .table = "logins"});
  ManualClock clock{noon()};
  std::string log_text;
  Log log{LogFormat::json, LogLevel::debug};
  RowMaker rows;
};

inline std::vector<int> numbers_to(int end) {
  std::vector<int> numbers;
  for (int n = 0; n < end; ++n) {
    numbers.push_back(n);
  }
  return numbers;
}

}  // namespace moretta::test
