#include "pg/row_lookup.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

namespace moretta::pg {

namespace {

constexpr std::string_view looking = "look for the row of a message";

// What a server reads in some seconds, and surely within the time for a statement.
constexpr std::int64_t looked_through_bytes_max = std::int64_t{1} << 32;

constexpr int places_max = 10;  // more are no answer, and the condition finds them all

std::string key_json(const BusinessKey& key) {
  std::string pairs;
  for (const std::string& name : key.columns) {
    pairs += fmt::format("{}{}, t.{}", pairs.empty() ? "" : ", ", quote_literal(name),
                         quote_identifier(name));
  }
  return pairs.empty() ? "''" : "jsonb_build_object(" + pairs + ")::text";
}

class Looker {
 public:
  Looker(Connection& connection, const RowQuestion& question)
      : connection_(connection), question_(question) {}

  FoundRow find() {
    choose();
    const std::string unreadable = why_not();
    if (!unreadable.empty()) {
      return {.why_not = unreadable, .condition = found_.condition};
    }
    const Answer answer = connection_.run(
        looking,
        fmt::format("SELECT count(*) OVER (), t.ctid::text, {} FROM {} AS t WHERE {} LIMIT {}",
                    key_json(question_.key), question_.table.quoted(), found_.condition,
                    places_max));
    for (int row = 0; row < answer.rows(); ++row) {
      found_.count = answer.integer(row, 0);
      found_.places.push_back(
          {.ctid = std::string(answer.value(row, 1)), .key = std::string(answer.value(row, 2))});
    }
    count_messages();
    return std::move(found_);
  }

 private:
  void choose() {
    if (!question_.entry.met_row.empty()) {
      found_.by = FoundRow::By::business_key;
      found_.condition = has_met_key();
      indexed_column_ = question_.key.columns.empty() ? "" : question_.key.columns.front();
    } else if (!question_.id_column.empty()) {
      found_.by = FoundRow::By::message_id;
      found_.condition = fmt::format("t.{} = {}", quote_identifier(question_.id_column),
                                     quote_literal(question_.message_id));
      indexed_column_ = question_.id_column;
    } else if (question_.entry.sent_at != WallTime{} && keeps_time_of_sending()) {
      found_.by = FoundRow::By::sent_at;
      found_.condition = fmt::format("t.{} = 'epoch'::timestamptz + interval '{} milliseconds'",
                                     quote_identifier(question_.sent_column), sent_ms());
      indexed_column_ = question_.sent_column;
    } else {
      found_.by = FoundRow::By::transaction;
      found_.condition = fmt::format("t.xmin = (SELECT xmin FROM {} WHERE key = {})",
                                     question_.ledger.quoted(), quote_literal(question_.entry.key));
    }
  }

  // To the millisecond, and with its zone: not as a table that was made otherwise rounds it.
  bool keeps_time_of_sending() {
    return !question_.sent_column.empty() &&
           connection_
                   .run(
                       looking,
                       "SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 "
                       "AND atttypid = 'timestamptz'::regtype AND (atttypmod = -1 OR atttypmod >= "
                       "3)",
                       std::array{question_.table.quoted(), question_.sent_column})
                   .rows() > 0;
  }

  [[nodiscard]] std::string has_met_key() const {
    std::string all;
    for (const std::string& name : question_.key.columns) {
      const auto column = std::ranges::find(question_.mapping, name, &Column::name);
      ENSURE(column != question_.mapping.end());
      all += fmt::format("{}t.{} = ({}::jsonb ->> {})::{}", all.empty() ? "" : " AND ",
                         quote_identifier(name), quote_literal(question_.entry.met_row),
                         quote_literal(name), type_name(column->type));
    }
    return all.empty() ? "false" : all;  // the configuration names no key any more
  }

  [[nodiscard]] std::int64_t sent_ms() const {
    return floor<Millis>(question_.entry.sent_at).time_since_epoch().count();
  }

  // Rows that replace others keep the transaction of the one message, and have their place from
  // another: then nothing is certain.
  void count_messages() {
    if (question_.key.on_conflict == OnConflict::update) {
      return;
    }
    if (found_.by == FoundRow::By::sent_at) {
      found_.messages = messages_sent_with(connection_, question_.ledger, question_.entry.sent_at);
    } else if (found_.by == FoundRow::By::transaction && found_.count == 1 && may_read_ledger()) {
      found_.messages = connection_
                            .run(looking,
                                 fill(without_comments(sql::row_messages_sql),
                                      {{"ledger", question_.ledger.quoted()},
                                       {"quarantine", question_.quarantine.quoted()}}),
                                 std::array{question_.entry.key})
                            .integer(0, 0);
    }
  }

  bool may_read_ledger() {
    const Answer facts = connection_.run(looking, without_comments(sql::row_facts_sql),
                                         std::array{question_.ledger.quoted(), std::string()});
    return facts.rows() > 0 && facts.integer(0, 2) <= looked_through_bytes_max;
  }

  std::string why_not() {
    const Answer facts = connection_.run(looking, without_comments(sql::row_facts_sql),
                                         std::array{question_.table.quoted(), indexed_column_});
    if (facts.rows() == 0 || !facts.is_true(0, 0)) {
      return "it is no table";
    }
    if (!facts.is_true(0, 1)) {
      return "this role may not read it";
    }
    const std::int64_t bytes = facts.integer(0, 2);
    if (!facts.is_true(0, 3) && bytes > looked_through_bytes_max) {
      return fmt::format("{} GiB would have to be read, because no index helps", bytes >> 30);
    }
    return {};
  }

  Connection& connection_;
  const RowQuestion& question_;
  FoundRow found_;
  std::string indexed_column_;
};

}  // namespace

FoundRow find_row(Connection& connection, const RowQuestion& question) {
  return Looker(connection, question).find();
}

}  // namespace moretta::pg
