#include "support/postgres.hpp"

#include <atomic>
#include <cstdlib>

#include "base/ensure.hpp"
#include "support/source_tree.hpp"

namespace moretta::test {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

SystemClock& system_clock() {
  static SystemClock clock;
  return clock;
}

pg::Throwaway::Options options_of_tests(pg::Fsync fsync) {
  pg::Throwaway::Options options;
  options.bin_dir = environment("MORETTA_PG_BIN");
  options.search_path = environment("PATH");
  options.fsync = fsync;
  options.settings = {"max_connections=40", "shared_buffers=32MB"};
  const std::filesystem::path bin =
      options.bin_dir.empty() ? pg::find_postgres(options.search_path) : options.bin_dir;
  std::string name = bin.string();
  for (char& c : name) {
    c = c == '/' ? '_' : c;
  }
  options.template_dir = std::filesystem::path(build_tree) / "postgres-templates" / name;
  return options;
}

}  // namespace

pg::Throwaway& postgres() {
  static pg::Throwaway server(options_of_tests(pg::Fsync::off), system_clock());
  return server;
}

std::unique_ptr<pg::Throwaway> own_postgres(pg::Fsync fsync) {
  return std::make_unique<pg::Throwaway>(options_of_tests(fsync), system_clock());
}

std::string fresh_database(pg::Throwaway& server) {
  static std::atomic<int> count = 0;
  const std::string name = "test_" + std::to_string(++count);
  query(server.conninfo(), "CREATE DATABASE " + name + " TEMPLATE template0");
  return server.conninfo(name);
}

std::vector<std::string> query(const std::string& conninfo, const std::string& sql) {
  pg::Connection connection(pg::Conninfo(conninfo), {.purpose = "test"});
  const pg::Answer answer = connection.run("ask", sql);
  std::vector<std::string> rows;
  for (int row = 0; row < answer.rows(); ++row) {
    std::string joined;
    for (int column = 0; column < answer.columns(); ++column) {
      joined += column == 0 ? "" : "|";
      joined += answer.is_null(row, column) ? "NULL" : answer.value(row, column);
    }
    rows.push_back(joined);
  }
  return rows;
}

std::string query_one(const std::string& conninfo, const std::string& sql) {
  const std::vector<std::string> rows = query(conninfo, sql);
  ENSURE(rows.size() == 1);
  return rows.front();
}

}  // namespace moretta::test
