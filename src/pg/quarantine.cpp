#include "pg/quarantine.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

namespace moretta::pg {

namespace {

constexpr std::string_view reading = "read the quarantine";
constexpr std::size_t purged_at_once = 5'000;  // a body is up to 1 MiB, and each is read to go

std::string moment(const std::optional<WallTime>& time) {
  if (!time) {
    return {};
  }
  const auto seconds = std::chrono::floor<Seconds>(*time);
  return fmt::format("{:%F %T}.{:03}+00",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (*time - seconds).count());
}

std::string statement(std::string_view sql, const TableName& table) {
  return fill(without_comments(sql), {{"quarantine", table.quoted()}});
}

}  // namespace

std::vector<std::string> filter_parameters(const QuarantineFilter& filter) {
  return {filter.reason, filter.column, filter.message_id, moment(filter.from),
          moment(filter.before)};
}

std::vector<QuarantineEntry> Quarantine::find(const QuarantineFilter& filter, std::size_t limit) {
  std::vector<std::string> texts = filter_parameters(filter);
  texts.push_back(std::to_string(limit));
  const Answer answer =
      connection_.run(reading, statement(sql::quarantine_find_sql, table_), texts);
  std::vector<QuarantineEntry> entries;
  for (int row = 0; row < answer.rows(); ++row) {
    const auto text = [&](int column) {
      return std::string(answer.value(row, column));
    };
    entries.push_back({.message_id = text(0),
                       .reason = text(1),
                       .column = text(2),
                       .pointer = text(3),
                       .sqlstate = text(4),
                       .body_bytes = answer.integer(row, 5),
                       .receive_count = answer.integer(row, 6),
                       .sent_at = text(7),
                       .quarantined_at = text(8),
                       .config_fingerprint = text(9)});
  }
  return entries;
}

std::vector<std::pair<std::string, std::int64_t>> Quarantine::count(
    const QuarantineFilter& filter) {
  const Answer answer = connection_.run(reading, statement(sql::quarantine_count_sql, table_),
                                        filter_parameters(filter));
  std::vector<std::pair<std::string, std::int64_t>> counts;
  counts.reserve(static_cast<std::size_t>(answer.rows()));
  for (int row = 0; row < answer.rows(); ++row) {
    counts.emplace_back(answer.value(row, 0), answer.integer(row, 1));
  }
  return counts;
}

std::int64_t Quarantine::purge(const QuarantineFilter& filter) {
  std::vector<std::string> texts = filter_parameters(filter);
  texts.push_back(std::to_string(purged_at_once));
  const std::string sql = statement(sql::quarantine_purge_sql, table_);
  std::size_t purged = 0;
  std::size_t last = 0;
  do {
    last = connection_.run("purge the quarantine", sql, texts).affected();
    purged += last;
  } while (last == purged_at_once);
  return static_cast<std::int64_t>(purged);
}

}  // namespace moretta::pg
