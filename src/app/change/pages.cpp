#include "app/change/pages.hpp"

#include <charconv>

#include <fmt/format.h>

#include "base/ensure.hpp"

namespace moretta::app {

namespace {

// Before version 14 a range of ctids reads the whole table; a list of them does not.
constexpr int server_version_tid_range = 140'000;
constexpr int page_rows_max = 291;  // of 8 kB, with the smallest of rows
constexpr std::size_t listed_pages_max = 256;
constexpr std::size_t ranged_pages_max = 16'384;  // 128 MB

bool has_ranges(const pg::Connection& connection) {
  return connection.server_version() >= server_version_tid_range;
}

}  // namespace

std::vector<std::string> leaves_of(pg::Connection& connection, std::string_view purpose,
                                   const pg::TableName& table) {
  const pg::Answer answer = connection.run(
      purpose,
      "WITH RECURSIVE tree(oid) AS (SELECT $1::regclass::oid UNION ALL SELECT inhrelid FROM "
      "pg_inherits JOIN tree ON inhparent = tree.oid) SELECT oid::regclass::text FROM tree JOIN "
      "pg_class USING (oid) WHERE relkind = 'r' ORDER BY oid",
      std::vector{table.quoted()});
  std::vector<std::string> names;
  for (int row = 0; row < answer.rows(); ++row) {
    names.emplace_back(answer.value(row, 0));
  }
  return names;
}

std::size_t pages_of(pg::Connection& connection, std::string_view purpose,
                     const std::string& leaf) {
  const pg::Answer answer = connection.run(
      purpose, "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::bigint",
      std::vector{leaf});
  const std::string_view text = answer.value(0, 0);
  std::size_t pages = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pages);
  ENSURE(error == std::errc{} && end == text.data() + text.size());
  return pages;
}

std::string in_pages(const pg::Connection& connection, std::size_t page, std::size_t end) {
  if (has_ranges(connection)) {
    return fmt::format("t.ctid >= '({},0)' AND t.ctid < '({},0)'", page, end);
  }
  return fmt::format(
      "t.ctid = ANY (ARRAY(SELECT format('(%s,%s)', p, o)::tid FROM generate_series({}, {}) p, "
      "generate_series(1, {}) o))",
      page, end - 1, page_rows_max);
}

std::size_t pages_max(const pg::Connection& connection) {
  return has_ranges(connection) ? ranged_pages_max : listed_pages_max;
}

}  // namespace moretta::app
