#include "app/inspect.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/config_load.hpp"
#include "app/moment.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

Inspection::Inspection(const Overrides& overrides, World& world)
    : Inspection(place_of(overrides, world)) {}

Inspection::Inspection(Place place)
    : tables_(std::move(place.tables)),
      table_(std::move(place.table)),
      connection_(place.conninfo, {.purpose = "moretta inspect"}) {}

Inspection::Place Inspection::place_of(const Overrides& overrides, const World& world) {
  Config config = load_config(overrides, world.environment, {.database = Need::yes});
  return {.conninfo = conninfo_of(config),
          .tables = pg::tables_beside(pg::parse_table_name(config.table.name)),
          .table = std::move(config.table)};
}

std::optional<WallTime> moment_option(std::string_view option, const std::string& text,
                                      WallTime now) {
  if (text.empty()) {
    return std::nullopt;
  }
  const auto moment = parse_moment(text, now);
  if (!moment) {
    throw Refused(fmt::format("{} is not a time", option),
                  fmt::format("allowed: {}", moment_forms));
  }
  return moment;
}

std::string moment_text(WallTime time) {
  return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string quarantine_json(const pg::QuarantineEntry& entry) {
  std::string out = "{";
  const auto text = [&out](std::string_view name, const std::string& value) {
    out += fmt::format("{}\"{}\":{}", out.size() == 1 ? "" : ",", name,
                       value.empty() ? "null" : json_string(value));
  };
  text("message_id", entry.message_id);
  text("reason", entry.reason);
  text("column", entry.column);
  text("pointer", entry.pointer);
  text("sqlstate", entry.sqlstate);
  text("sent_at", entry.sent_at);
  text("quarantined_at", entry.quarantined_at);
  text("config_fingerprint", entry.config_fingerprint);
  out += fmt::format(",\"body_bytes\":{},\"receive_count\":{}}}", entry.body_bytes,
                     entry.receive_count);
  return out;
}

}  // namespace moretta::app
