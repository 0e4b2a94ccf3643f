#include "pg/load_progress.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/ensure.hpp"

namespace moretta::pg {

namespace {

constexpr std::string_view reading = "read how far the file is loaded";
constexpr std::string_view noting = "note how far the file is loaded";

// No row yet: a place where no range ever is.
constexpr std::int64_t nowhere = -1;

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  ENSURE(error == std::errc{} && end == text.data() + text.size());
  return value;
}

}  // namespace

std::vector<LoadedRange> loaded_ranges(Connection& connection, const Tables& tables,
                                       const std::string& file_id) {
  const Answer answer =
      connection.run(reading,
                     "SELECT range_begin, range_end, next_offset, stored, quarantined FROM " +
                         tables.load.quoted() + " WHERE file_id = $1 ORDER BY range_begin",
                     std::array{file_id});
  std::vector<LoadedRange> ranges;
  for (int row = 0; row < answer.rows(); ++row) {
    ranges.push_back({.begin = number(answer.value(row, 0)),
                      .end = number(answer.value(row, 1)),
                      .next = number(answer.value(row, 2)),
                      .stored = number(answer.value(row, 3)),
                      .quarantined = number(answer.value(row, 4))});
  }
  return ranges;
}

bool was_other_loaded(Connection& connection, const Tables& tables, const LoadedFile& file) {
  const Answer answer = connection.run(reading,
                                       "SELECT EXISTS (SELECT FROM " + tables.load.quoted() +
                                           " WHERE target = $1 AND path = $2 AND file_id <> $3)",
                                       std::array{tables.target.quoted(), file.path, file.id});
  return answer.is_true(0, 0);
}

bool begin_step(Connection& connection, const Tables& tables, const LoadStep& step) {
  const std::string load = tables.load.quoted();
  const Answer answer = connection.run(
      noting,
      "BEGIN; " +
          fmt::format(
              "INSERT INTO {} AS l (file_id, range_begin, range_end, next_offset, stored, "
              "quarantined, target, path, file_bytes) "
              "VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) "
              "ON CONFLICT (file_id, range_begin) DO UPDATE SET next_offset = excluded.next_offset,"
              " stored = l.stored + excluded.stored,"
              " quarantined = l.quarantined + excluded.quarantined, updated_at = now() "
              "WHERE l.next_offset = {}",
              load, quote_literal(step.file.id), step.range_begin, step.range_end, step.to,
              step.stored, step.quarantined, quote_literal(tables.target.quoted()),
              quote_literal(step.file.path), step.file.bytes, step.from.value_or(nowhere)));
  if (answer.affected() == 1) {
    return true;
  }
  connection.run(noting, "ROLLBACK");
  return false;
}

}  // namespace moretta::pg
