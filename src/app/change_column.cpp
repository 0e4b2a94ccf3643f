#include "app/change_column.hpp"

#include <fmt/format.h>

#include "app/change/sql.hpp"
#include "base/errors.hpp"
#include "pg/sql_text.hpp"

namespace moretta::app {

namespace {

constexpr Seconds table_time_max{24 * 3600};  // a count over the largest of tables

}  // namespace

const mask::Policy& policy_of(const Config& config, const std::string& column) {
  for (std::size_t i = 0; i < config.table.mapping.size(); ++i) {
    if (config.table.mapping[i].name != column) {
      continue;
    }
    const mask::Policy& policy = config.table.policies[i];
    if (!mask::gives_tokens(policy.method)) {
      throw Refused(fmt::format("cannot work on column {}: its mask, {}, gives no tokens", column,
                                mask::method_name(policy.method)),
                    "name a column whose mask has a key, or mask it first");
    }
    return policy;
  }
  throw Refused(fmt::format("cannot work on column {}: {} has no such column", column, config.file),
                "name one of table.columns");
}

RewrapPlan plan_of(const Config& config, const std::string& column) {
  const mask::Policy& policy = policy_of(config, column);
  const pg::TableName table = pg::parse_table_name(config.table.name);
  return {.table = table,
          .column = column,
          .domain = policy.domain,
          .target = fmt::format("{} {}", mask::method_name(policy.method), config.keys.id),
          .old_tokens = {},
          .map = table.beside(map_table),
          .vault = pg::tables_beside(table).vault};
}

pg::Connection change_connection(const Config& config, const std::string& purpose) {
  return {conninfo_of(config), {.purpose = purpose, .statement_timeout = table_time_max}};
}

void make_token_map(pg::Connection& connection, const pg::TableName& map) {
  connection.run("make the table of the map",
                 pg::fill(sql::token_map_sql, {{"map", map.quoted()}}));
}

}  // namespace moretta::app
