#include "pg/connection_room.hpp"

#include <charconv>

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

namespace moretta::pg {

namespace {

constexpr std::string_view fewer_lanes =
    "run fewer workers or lanes, raise the limit, or put a pooler between (session pooling)";

std::int64_t number(const Answer& answer, int column) {
  const std::string_view text = answer.value(0, column);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  ENSURE(error == std::errc{} && end == text.data() + text.size());
  return number;
}

Finding finding(Severity severity, std::string what) {
  return {.severity = severity,
          .subject = "server",
          .what = std::move(what),
          .fix = std::string(fewer_lanes)};
}

}  // namespace

std::vector<Finding> check_room(Connection& connection, std::int64_t wanted) {
  const Answer answer =
      connection.run("count the connections", without_comments(sql::check_room_sql));
  const std::int64_t room = number(answer, 0) - number(answer, 1);
  const std::int64_t others = number(answer, 2);
  if (wanted > room) {
    return {finding(Severity::error,
                    fmt::format("allows {} connections (max_connections less the reserved); all "
                                "lanes together want {}",
                                room, wanted))};
  }
  for (const auto& [column, whose] : {std::pair{3, "role"}, {4, "database"}}) {
    const std::int64_t limit = number(answer, column);  // -1: none
    if (limit >= 0 && wanted > limit) {
      return {finding(Severity::error,
                      fmt::format("allows {} connections to this {}; all lanes together want {}",
                                  limit, whose, wanted))};
    }
  }
  if (wanted + others > room) {
    return {finding(Severity::warning,
                    fmt::format("allows {} connections, and {} are in use by others now; all lanes "
                                "together want {}",
                                room, others, wanted))};
  }
  return {};
}

}  // namespace moretta::pg
