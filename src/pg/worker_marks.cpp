#include "pg/worker_marks.hpp"

#include <array>

#include "base/take.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

namespace moretta::pg {

namespace {

std::vector<Writer> writers_in(std::string_view list) {
  std::vector<Writer> writers;
  while (!list.empty()) {
    const std::string_view one = take_until(list, ',');
    const std::size_t space = one.rfind(' ');
    writers.push_back({.version = std::string(one.substr(0, space)),
                       .config = std::string(one.substr(space + 1))});
  }
  return writers;
}

std::string filled(std::string_view sql, const TableName& ledger) {
  return fill(without_comments(sql), {{"ledger", ledger.quoted()},
                                      {"worker_marks", worker_marks_beside(ledger).quoted()}});
}

// False too if the table is not there, or what is wanted of it is not granted: whoever has not run
// `schema --apply` and `--roles` again goes without marks.
bool may(Connection& connection, const TableName& ledger, const std::string& right) {
  const Answer answer = connection.run("look for the marks of workers",
                                       "SELECT has_table_privilege(to_regclass($1), $2)",
                                       std::array{worker_marks_beside(ledger).quoted(), right});
  return answer.is_true(0, 0);
}

}  // namespace

TableName worker_marks_beside(const TableName& ledger) {
  return ledger.beside("moretta_worker_marks");
}

void leave_mark(Connection& connection, const TableName& ledger, const Writer& writer) {
  if (writer.version.empty() || !may(connection, ledger, "SELECT") ||
      !may(connection, ledger, "INSERT") || !may(connection, ledger, "UPDATE")) {
    return;
  }
  connection.run("mark who writes", filled(sql::worker_mark_sql, ledger),
                 std::array{writer.version, writer.config});
}

std::optional<Storing> find_storing(Connection& connection, const TableName& ledger,
                                    const std::string& key) {
  if (!may(connection, ledger, "SELECT")) {
    return std::nullopt;
  }
  const Answer answer = connection.run("look up when a message was stored",
                                       filled(sql::worker_marks_find_sql, ledger), std::array{key});
  if (answer.rows() == 0) {
    return std::nullopt;
  }
  return Storing{.after = WallTime(Millis(answer.integer(0, 0))),
                 .before = WallTime(Millis(answer.integer(0, 1))),
                 .writers = writers_in(answer.value(0, 2))};
}

}  // namespace moretta::pg
