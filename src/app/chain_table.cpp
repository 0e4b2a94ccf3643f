#include "app/chain_table.hpp"

#include <array>

#include <fmt/format.h>

#include "base/ensure.hpp"

namespace moretta::app {

namespace {

constexpr int locks_of_moretta = 1836020325;
constexpr int batch_rows = 1000;  // of one question; a record of the largest run has 3 MB

}  // namespace

ChainTable::ChainTable(pg::Connection& connection, pg::TableName table, const Shape& shape)
    : connection_(connection),
      table_(std::move(table)),
      shape_(shape),
      columns_(fmt::format("{}", fmt::join(shape.columns, ", "))) {}

void ChainTable::append(const std::function<std::vector<std::string>(const End&)>& next) {
  // One at a time, or two records would follow the same one. Durable whatever the role's default.
  connection_.run(shape_.writing, fmt::format("BEGIN; SET LOCAL synchronous_commit = on; "
                                              "SELECT pg_advisory_xact_lock({}, {})",
                                              locks_of_moretta, shape_.lock));
  End end{
      .db_role = std::string(connection_.run(shape_.writing, "SELECT session_user").value(0, 0)),
      .mac = {}};
  const pg::Answer last = connection_.run(
      shape_.writing,
      fmt::format("SELECT seq, mac FROM {} ORDER BY seq DESC LIMIT 1", table_.quoted()));
  if (last.rows() > 0) {
    end.seq = last.integer(0, 0);
    end.mac = last.value(0, 1);
  }
  const std::vector<std::string> texts = next(end);
  ENSURE(texts.size() == shape_.columns.size());
  std::string places;
  for (std::size_t i = 1; i <= texts.size(); ++i) {
    places += fmt::format("{}${}", i == 1 ? "" : ", ", i);
  }
  connection_.run(shape_.writing,
                  fmt::format("INSERT INTO {} ({}) VALUES ({})", table_.quoted(), columns_, places),
                  texts);
  connection_.run(shape_.writing, "COMMIT");
}

void ChainTable::each(const std::function<void(const pg::Answer&, int row)>& take) {
  std::int64_t after = INT64_MIN;
  for (int rows = batch_rows; rows == batch_rows;) {
    const std::array<std::string, 1> parameters = {std::to_string(after)};
    const pg::Answer answer =
        connection_.run(shape_.reading,
                        fmt::format("SELECT {} FROM {} WHERE seq > $1 ORDER BY seq LIMIT {}",
                                    columns_, table_.quoted(), batch_rows),
                        parameters);
    rows = answer.rows();
    for (int row = 0; row < rows; ++row) {
      after = answer.integer(row, 0);
      take(answer, row);
    }
  }
}

}  // namespace moretta::app
