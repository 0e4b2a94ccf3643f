#include "app/manifest/manifest.hpp"

#include <algorithm>
#include <map>
#include <ostream>

#include <fmt/format.h>
#include <simdjson.h>

#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/manifest/manifest_table.hpp"
#include "app/summary.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

namespace json = simdjson::dom;

constexpr std::size_t configurations_max = 1000;  // that are told apart in a summary

// What one configuration did under the same keys.
struct Stretch {
  std::string since;
  std::string until;
  ManifestCounts counts;
};

std::string text_in(json::object object, std::string_view name) {
  std::string_view value;
  return object[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

// "key 2 (kcv), key 3 (kcv)"
std::string keys_in(json::object column) {
  std::string out;
  json::array keys;
  if (column["keys"].get(keys) != simdjson::SUCCESS) {
    return out;
  }
  for (const json::element key : keys) {
    json::object object;
    std::int64_t id = 0;
    if (key.get(object) == simdjson::SUCCESS && object["id"].get(id) == simdjson::SUCCESS) {
      out += fmt::format(", key {} ({})", id, text_in(object, "kcv"));
    }
  }
  return out;
}

// A line for each column.
std::string masks_text(const std::string& masks) {
  json::parser parser;
  json::array columns;
  if (parser.parse(masks).get(columns) != simdjson::SUCCESS) {
    return "  its masks cannot be read\n";
  }
  std::string out;
  for (const json::element element : columns) {
    json::object column;
    if (element.get(column) != simdjson::SUCCESS) {
      continue;
    }
    out += fmt::format("  {}: {}", text_in(column, "column"), text_in(column, "method"));
    for (const auto* name : {"domain", "epoch", "recover"}) {
      const std::string value = text_in(column, name);
      out += value.empty() ? "" : fmt::format(", {} {}", name, value);
    }
    out += keys_in(column) + "\n";
  }
  return out;
}

class Summed {
 public:
  void add(const ManifestRecord& record) {
    if (by_masks_.size() >= configurations_max && !by_masks_.contains(record.masks)) {
      return;
    }
    Stretch& stretch = by_masks_[record.masks];
    stretch.since = stretch.since.empty() ? record.since : std::min(stretch.since, record.since);
    stretch.until = std::max(stretch.until, record.at);
    stretch.counts += record.counts;
  }

  [[nodiscard]] std::string text() const {
    std::string out;
    for (const auto& [masks, stretch] : by_masks_) {
      out += fmt::format("\n{} to {}: {} stored, {} duplicate, {} quarantined\n", stretch.since,
                         stretch.until, grouped(stretch.counts.stored),
                         grouped(stretch.counts.duplicate), grouped(stretch.counts.quarantined));
      out += masks_text(masks);
    }
    return out;
  }

 private:
  std::map<std::string, Stretch> by_masks_;
};

}  // namespace

int manifest(const ManifestOptions& options, World& world) {
  const Config config = load_config(options.overrides, world.environment,
                                    {.database = Need::yes, .key = KeyUse::all});
  if (!config.keys.set) {
    throw Refused("cannot verify the manifest: the configuration reads no key",
                  "a manifest is kept under the key of keys.secret");
  }
  const pg::Conninfo conninfo = conninfo_of(config);
  pg::Connection connection(conninfo, {.purpose = "moretta manifest"});
  ChainCheck check(*config.keys.set, manifest_method, options.head);
  Summed summed;
  ManifestTable(connection, pg::parse_table_name(config.table.name))
      .each([&](const ManifestRecord& record) {
        take(check, record);
        summed.add(record);
        if (options.output == Output::json) {
          world.out << json_of(record) << "\n";
        }
      });
  world.out << (options.output == Output::json ? "{" + chain_json(check) + "}\n"
                                               : chain_text(check) + summed.text())
            << std::flush;
  return check.fault() ? exit_failed : exit_done;
}

}  // namespace moretta::app
