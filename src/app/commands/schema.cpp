#include "pg/schema.hpp"

#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"

namespace moretta::app {

namespace {

int apply(const Config& config, const pg::Tables& tables, World& world) {
  const pg::Conninfo conninfo = conninfo_of(config);
  pg::Connection connection(conninfo, {.purpose = "moretta schema"});
  const pg::Upkeep done =
      pg::apply_schema(connection, tables, config.table.mapping, {.keep = config.ledger_retention},
                       world.clock.wall(), config.table.key);
  world.err << fmt::format(
      "{} and the tables beside it are there; made {} partitions of the ledger\n",
      tables.target.shown(), done.created);
  if (done.left_to_owner) {
    world.err << "the ledger belongs to another role, which has to make its partitions: run this "
                 "again as its owner\n";
  }
  return exit_done;
}

}  // namespace

int schema(const SchemaOptions& options, World& world) {
  const bool connects = options.apply == Apply::yes;
  const Config config = load_config(options.overrides, world.environment,
                                    {.database = connects ? Need::yes : Need::no});
  const pg::Tables tables = pg::tables_beside(pg::parse_table_name(config.table.name));
  if (connects) {
    return apply(config, tables, world);
  }
  if (options.print == Print::roles) {
    world.out << pg::roles_sql(tables, config.table.mapping, config.table.key);
    return exit_done;
  }
  world.out << pg::schema_sql(tables, config.table.mapping, pg::server_version_partitioned,
                              config.table.key);
  return exit_done;
}

}  // namespace moretta::app
