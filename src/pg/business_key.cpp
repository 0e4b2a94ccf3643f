#include "pg/business_key.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ensure.hpp"
#include "base/json_text.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

namespace moretta::pg {

namespace {

std::string joined(const auto& items, std::string_view between, auto&& text_of) {
  std::string text;
  for (const auto& item : items) {
    text += text.empty() ? "" : std::string(between);
    text += text_of(item);
  }
  return text;
}

std::string json_array(const std::vector<std::string>& texts) {
  return "[" + joined(texts, ",", [](const std::string& text) { return json_string(text); }) + "]";
}

bool is_in(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

KeyFindings find_business_key(Connection& connection, const TableName& table,
                              const Mapping& mapping, const BusinessKey& key) {
  const Answer answer =
      connection.run("look at the business key", without_comments(sql::check_key_sql),
                     std::array{table.quoted(), json_array(key.columns),
                                json_array(columns_to_settle(mapping, key))});
  ENSURE(answer.rows() == 1);
  return {.has_index = answer.is_true(0, 0),
          .may_select = !key.settles_conflicts() || answer.is_true(0, 1),
          .may_update = key.on_conflict != OnConflict::update || answer.is_true(0, 2)};
}

std::string key_names(const BusinessKey& key) {
  return joined(key.columns, ", ", [](const std::string& name) { return quote_identifier(name); });
}

std::string key_index_sql(const TableName& table, const BusinessKey& key) {
  return "CREATE UNIQUE INDEX CONCURRENTLY ON " + table.quoted() + " (" + key_names(key) + ")";
}

// An update reads what it writes (`excluded`), so the server wants both rights on all of them.
std::vector<std::string> columns_to_settle(const Mapping& mapping, const BusinessKey& key) {
  if (key.on_conflict != OnConflict::update) {
    return key.columns;
  }
  std::vector<std::string> names;
  for (const Column& column : mapping) {
    names.push_back(column.name);
  }
  return names;
}

ConflictParts::ConflictParts(TableName table, std::vector<KeyColumn> key, const RowRules& rules)
    : table_(std::move(table)), key_(std::move(key)), rules_(rules) {
  ENSURE(rules_.key.settles_conflicts() && !key_.empty());
}

std::string ConflictParts::src(const std::string& rows) const {
  // NULL is no key: such rows stay apart, each by its place.
  const std::string apart = values("t") + ", CASE WHEN " + is_null("t") + " THEN t.n END";
  return "SELECT DISTINCT ON (" + apart + ") t.* FROM " + rows + " ORDER BY " + apart + ", t.n" +
         (updates() ? " DESC" : "");
}

std::string ConflictParts::stored(const std::string& names, const std::string& values_of_rows,
                                  const Mapping& mapping) const {
  // Sorted by the key, writers who meet in it wait for each other in no ring.
  const std::string order = rules_.order == Order::by_group ? std::string("t.n") : values("t");
  return "INSERT INTO " + table_.quoted() + " (" + names + ") SELECT " + values_of_rows +
         " FROM src AS t ORDER BY " + order + " ON CONFLICT (" + key_names(rules_.key) + ") " +
         action(mapping) + (updates() ? "" : " RETURNING " + key_names(rules_.key));
}

// Who is updated is seen as the statement began: if another writer stores the same key meanwhile,
// this one's row counts as new, which it is no longer. The count is off by one, the row is right.
std::string ConflictParts::won() const {
  if (updates()) {
    return "SELECT src.k FROM src WHERE NOT EXISTS (SELECT FROM " + table_.quoted() +
           " AS b WHERE " + match("b", "src") + ")";
  }
  return "SELECT src.k FROM src LEFT JOIN stored AS s ON " + match("s", "src") + " WHERE s." +
         key_.front().name + " IS NOT NULL OR " + is_null("src");
}

std::string ConflictParts::values(const std::string& source) const {
  return joined(key_, ", ", [&](const KeyColumn& column) { return column.of(source); });
}

std::string ConflictParts::is_null(const std::string& source) const {
  return joined(key_, " OR ",
                [&](const KeyColumn& column) { return column.of(source) + " IS NULL"; });
}

std::string ConflictParts::match(const std::string& table, const std::string& source) const {
  return joined(key_, " AND ", [&](const KeyColumn& column) {
    return table + "." + column.name + " = " + column.of(source);
  });
}

std::string ConflictParts::action(const Mapping& mapping) const {
  Mapping rest;
  if (updates()) {
    std::ranges::copy_if(mapping, std::back_inserter(rest), [this](const Column& column) {
      return !is_in(rules_.key.columns, column.name);
    });
  }
  const std::string sets = joined(rest, ", ", [](const Column& column) {
    const std::string name = quote_identifier(column.name);
    return name + " = excluded." + name;
  });
  return sets.empty() ? "DO NOTHING" : "DO UPDATE SET " + sets;
}

}  // namespace moretta::pg
