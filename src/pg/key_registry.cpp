#include "pg/key_registry.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace moretta::pg {

namespace {

constexpr std::string_view looking = "look up the keys in use";

// What a table of this size holds: an id for each key, domain and method.
constexpr int rows_max = 100'000;

using Use = std::tuple<int, std::string, std::string>;  // id, domain, method

struct Known {
  std::set<std::pair<int, std::string>> keys;  // id and kcv
  std::set<Use> uses;
};

Known known_keys(Connection& connection, const TableName& registry) {
  const Answer answer = connection.run(
      looking, fmt::format("SELECT id, kcv, domain, method FROM {} ORDER BY id, domain, method "
                           "LIMIT {}",
                           registry.quoted(), rows_max));
  Known known;
  for (int row = 0; row < answer.rows(); ++row) {
    const int id = static_cast<int>(answer.integer(row, 0));
    known.keys.emplace(id, answer.value(row, 1));
    known.uses.emplace(id, answer.value(row, 2), answer.value(row, 3));
  }
  return known;
}

std::vector<std::string> conflicts(const Known& known, std::span<const KeyUse> keys) {
  std::set<std::string> found;  // once for each key, however many uses it has
  for (const KeyUse& key : keys) {
    for (const auto& [id, kcv] : known.keys) {
      if (id == key.id && kcv != key.kcv) {
        found.insert(fmt::format(
            "key {} is not the key {} that has written here: its check value is {}, not {}", key.id,
            id, key.kcv, kcv));
      } else if (id != key.id && kcv == key.kcv) {
        found.insert(
            fmt::format("key {} has written here as key {}: the id was changed", key.id, id));
      }
    }
  }
  return {found.begin(), found.end()};
}

std::vector<KeyUse> new_uses(const Known& known, std::span<const KeyUse> keys) {
  std::vector<KeyUse> found;
  for (const KeyUse& key : keys) {
    if (!key.domain.empty() && !known.uses.contains({key.id, key.domain, key.method})) {
      found.push_back(key);
    }
  }
  return found;
}

void refuse_conflicts(const Known& known, const TableName& registry, std::span<const KeyUse> keys) {
  if (const auto found = conflicts(known, keys); !found.empty()) {
    throw Refused("cannot use this key: " + found.front(),
                  fmt::format("take the right one out of the backup, or add this one under a new "
                              "id; {} has the keys that wrote",
                              registry.shown()));
  }
}

}  // namespace

std::vector<std::string> key_conflicts(Connection& connection, const TableName& registry,
                                       std::span<const KeyUse> keys) {
  return conflicts(known_keys(connection, registry), keys);
}

void register_keys(Connection& connection, const TableName& registry,
                   std::span<const KeyUse> keys) {
  if (keys.empty()) {
    return;
  }
  const Known before = known_keys(connection, registry);
  refuse_conflicts(before, registry, keys);
  if (new_uses(before, keys).empty()) {
    return;
  }
  constexpr std::string_view noting = "note which keys are in use";
  // One at a time, and the look again inside: whoever comes second sees what the first has noted.
  connection.run(noting, "BEGIN; SELECT pg_advisory_xact_lock(1836020325, 1)");
  const Known now = known_keys(connection, registry);
  refuse_conflicts(now, registry, keys);
  for (const KeyUse& use : new_uses(now, keys)) {
    const std::array<std::string, 5> parameters = {std::to_string(use.id), use.kcv, use.state,
                                                   use.domain, use.method};
    connection.run(noting,
                   fmt::format("INSERT INTO {} (id, kcv, state, domain, method) "
                               "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                               registry.quoted()),
                   parameters);
  }
  connection.run(noting, "COMMIT");
}

std::vector<int> writing_keys(Connection& connection, const TableName& registry,
                              const std::string& domain, const std::string& method) {
  const Answer answer = connection.run(
      looking,
      fmt::format("SELECT id FROM {} WHERE domain = $1 AND method = $2 ORDER BY id LIMIT {}",
                  registry.quoted(), rows_max),
      std::array{domain, method});
  std::vector<int> ids;
  ids.reserve(static_cast<std::size_t>(answer.rows()));
  for (int row = 0; row < answer.rows(); ++row) {
    ids.push_back(static_cast<int>(answer.integer(row, 0)));
  }
  return ids;
}

}  // namespace moretta::pg
