#pragma once

// A database with one mapping's tables, and what the tests of the sink do with it.

#include <algorithm>
#include <memory>

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
    log.capture(&log_text);
    pg::Connection connection(pg::Conninfo(database), {});
    pg::apply_schema(connection, tables, rows.mapping(), {}, clock.wall());
  }

  [[nodiscard]] pg::SinkOptions options() const {
    return {.conninfo = pg::Conninfo(database), .tables = tables, .mapping = rows.mapping()};
  }

  std::unique_ptr<pg::PgSink> sink() { return std::make_unique<pg::PgSink>(options(), clock, log); }

  // A row for each number; one that refuse_bad_numbers() refuses if `bad` holds it.
  Writes writes(const std::vector<int>& numbers, const std::vector<int>& bad = {}) {
    Writes made;
    for (const int n : numbers) {
      const bool is_bad = std::ranges::find(bad, n) != bad.end();
      made.rows.push_back(
          {.key = key_of(n), .row = rows.row({number(is_bad ? bad_number : n), null()})});
    }
    return made;
  }

  // One record of quarantine, as a transform would make it.
  static QuarantineRecord record(int n) {
    return {.key = key_of(n),
            .message_id = "message-" + std::to_string(n),
            .reject = {.reason = Reason::missing_key,
                       .column = "n",
                       .pointer = "/a~1b/n",
                       .sqlstate = {}},
            .body_bytes = 1'048'576,
            .receive_count = 3,
            .sent_at = noon() + Millis{1},
            .received_at = noon() + Seconds{60},
            .config_fingerprint = "f00d",
            .sealed_body = std::string("PMS1\0\xff\x01", 7)};
  }

  [[nodiscard]] pg::Connection connect() const {
    return pg::Connection(pg::Conninfo(database), {.purpose = "test"});
  }

  // A role that owns nothing and may do what the statements grant it ("{role}" in them).
  [[nodiscard]] std::string make_role(const std::string& grants) const;

  std::vector<std::string> ask(const std::string& sql) const { return query(database, sql); }
  std::string ask_one(const std::string& sql) const { return query_one(database, sql); }
  [[nodiscard]] std::string stored() const { return ask_one("SELECT count(*) FROM logins"); }
  [[nodiscard]] std::string keys() const { return ask_one("SELECT count(*) FROM moretta_ledger"); }

  static constexpr int bad_number = -1;
  void refuse_bad_numbers() const {
    query(database, "ALTER TABLE logins ADD CONSTRAINT n_is_good CHECK (n >= 0)");
  }

  // Those that insert into the table, from now on.
  void count_statements() const {
    query(database,
          "CREATE SEQUENCE statements; "
          "CREATE FUNCTION count_one() RETURNS trigger LANGUAGE plpgsql AS "
          "$$ BEGIN PERFORM nextval('statements'); RETURN NULL; END $$; "
          "CREATE TRIGGER counted BEFORE INSERT ON logins FOR EACH STATEMENT "
          "EXECUTE PROCEDURE count_one()");
  }
  [[nodiscard]] int statements() const {
    return std::stoi(ask_one("SELECT last_value FROM statements"));
  }

  std::string database;
  pg::Tables tables = pg::tables_beside({.schema = {}, .table = "logins"});
  ManualClock clock{noon()};
  std::string log_text;
  Log log{LogFormat::json, LogLevel::debug};
  RowMaker rows;
};

// Its name is the database's, because roles are the server's.
inline std::string World::make_role(const std::string& grants) const {
  const std::string role = "role_of_" + ask_one("SELECT current_database()");
  std::string sql = "CREATE ROLE {role} LOGIN; " + grants;
  for (std::size_t at = sql.find("{role}"); at != std::string::npos; at = sql.find("{role}")) {
    sql.replace(at, 6, role);
  }
  query(database, sql);
  std::string conninfo = database;
  conninfo.replace(conninfo.find("user=moretta"), 12, "user=" + role);
  return conninfo;
}

inline std::vector<int> numbers_between(int begin, int end) {
  std::vector<int> numbers;
  for (int n = begin; n < end; ++n) {
    numbers.push_back(n);
  }
  return numbers;
}

inline std::vector<int> numbers_to(int end) {
  return numbers_between(0, end);
}

}  // namespace moretta::test
