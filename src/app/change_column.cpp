#include "app/change_column.hpp"

#include <algorithm>

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

const DualWrite* dual_write_of(const Config& config, const std::string& column) {
  const auto& duals = config.table.dual_writes;
  const auto found = std::ranges::find(duals, column, &DualWrite::column);
  return found == duals.end() ? nullptr : &*found;
}

const mask::Policy& goal_of(const Config& config, const std::string& column) {
  const DualWrite* dual = dual_write_of(config, column);
  const mask::Policy& policy = policy_of(config, dual == nullptr ? column : dual->into);
  if (policy.epoch != mask::Epoch::none) {
    throw Refused(fmt::format("cannot change the tokens of column {} to those of an epoch: a row "
                              "does not say in which month its message was sent",
                              column),
                  "old tokens end with their key: `moretta keys destroy`; to give values one token "
                  "for good again, leave `epoch` out of the configuration");
  }
  return policy;
}

const mask::MasterKey* key_of(const Config& config, const mask::Policy& policy) {
  if (!config.keys.set || !mask::needs_key(policy)) {
    return nullptr;
  }
  return policy.key_id == 0 ? &config.keys.set->primary() : config.keys.set->find(policy.key_id);
}

RewrapPlan plan_of(const Config& config, const std::string& column) {
  const mask::Policy& policy = goal_of(config, column);
  const DualWrite* dual = dual_write_of(config, column);
  const mask::MasterKey* key = key_of(config, policy);
  const pg::TableName table = pg::parse_table_name(config.table.name);
  return {.table = table,
          .column = column,
          .domain = policy.domain,
          .target = fmt::format("{} {}", mask::method_name(policy.method),
                                key == nullptr ? config.keys.id : key->id),
          .old_tokens = {},
          .into = dual == nullptr ? "" : dual->into,
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
