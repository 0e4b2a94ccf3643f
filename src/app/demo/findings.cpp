#include "app/demo/findings.hpp"

#include <charconv>

#include <fmt/format.h>

#include "pg/table_name.hpp"

namespace moretta::app {

namespace {

constexpr int rows_shown = 5;

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

TextRows table_of(const pg::Answer& answer, std::vector<std::string> heading) {
  const auto columns = static_cast<int>(heading.size());
  TextRows rows = {std::move(heading)};
  for (int row = 0; row < answer.rows(); ++row) {
    std::vector<std::string>& cells = rows.emplace_back();
    for (int column = 0; column < columns; ++column) {
      cells.emplace_back(answer.is_null(row, column) ? "NULL" : answer.value(row, column));
    }
  }
  return rows;
}

std::vector<std::string> column_names(const Config& config) {
  std::vector<std::string> names;
  for (const Column& column : config.table.mapping) {
    names.push_back(column.name);
  }
  return names;
}

std::string select_list(const Config& config) {
  std::string list;
  for (const std::string& name : column_names(config)) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", pg::quote_identifier(name));
  }
  return list;
}

}  // namespace

DemoFindings look_into(pg::Connection& connection, const Config& config) {
  const pg::Tables tables = pg::tables_beside(pg::parse_table_name(config.table.name));
  const std::string target = tables.target.quoted();
  const pg::Answer counts = connection.run(
      "count the rows", fmt::format("SELECT count(*), count(DISTINCT t) FROM {} t", target));
  const pg::Answer quarantined = connection.run(
      "count the quarantine", fmt::format("SELECT count(*) FROM {}", tables.quarantine.quoted()));
  const pg::Answer first = connection.run(
      "read the first rows",
      fmt::format("SELECT {} FROM {} LIMIT {}", select_list(config), target, rows_shown));
  const pg::Answer records = connection.run(
      "read the quarantine",
      fmt::format("SELECT message_id, reason, column_name, pointer, body_bytes FROM {} LIMIT {}",
                  tables.quarantine.quoted(), rows_shown));
  return {.rows = number(counts.value(0, 0)),
          .distinct_rows = number(counts.value(0, 1)),
          .quarantined = number(quarantined.value(0, 0)),
          .first_rows = table_of(first, column_names(config)),
          .quarantine = table_of(records, {"message", "reason", "column", "pointer", "bytes"})};
}

Recoverable recoverable_value(pg::Connection& connection, const Config& config) {
  const pg::Tables tables = pg::tables_beside(pg::parse_table_name(config.table.name));
  for (std::size_t i = 0; i < config.table.mapping.size(); ++i) {
    const mask::Policy& policy = config.table.policies[i];
    if (!mask::is_recoverable(policy.method) && policy.recover == mask::Recover::no) {
      continue;
    }
    const std::string& column = config.table.mapping[i].name;
    const pg::Answer answer = connection.run(
        "read a token", fmt::format("SELECT {0} FROM {1} WHERE {0} IS NOT NULL LIMIT 1",
                                    pg::quote_identifier(column), tables.target.quoted()));
    if (answer.rows() > 0) {
      return {.column = column, .domain = policy.domain, .token = std::string(answer.value(0, 0))};
    }
  }
  return {};
}

}  // namespace moretta::app
