#pragma once

// What the commands share that look into the tables beside the target.

#include <optional>
#include <string>

#include "app/config.hpp"
#include "app/overrides.hpp"
#include "app/world.hpp"
#include "base/clock.hpp"
#include "pg/quarantine.hpp"

namespace moretta::app {

// A connection to the configuration's database. Throws BadConfig, Unavailable, Refused.
class Inspection {
 public:
  Inspection(const Overrides& overrides, World& world);

  pg::Quarantine quarantine() { return {connection_, tables_.quarantine}; }
  pg::Connection& connection() { return connection_; }
  [[nodiscard]] const pg::Tables& tables() const { return tables_; }
  [[nodiscard]] const Table& table() const { return table_; }

 private:
  struct Place {
    pg::Conninfo conninfo;
    pg::Tables tables;
    Table table;
  };

  explicit Inspection(Place place);
  static Place place_of(const Overrides& overrides, const World& world);

  pg::Tables tables_;
  Table table_;
  pg::Connection connection_;
};

// The moment that an option names, if it was given. Throws Refused if it is none.
std::optional<WallTime> moment_option(std::string_view option, const std::string& text,
                                      WallTime now);

// RFC 3339, UTC, whole seconds.
std::string moment_text(WallTime time);

std::string quarantine_json(const pg::QuarantineEntry& entry);

}  // namespace moretta::app
