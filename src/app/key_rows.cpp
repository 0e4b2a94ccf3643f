#include "app/key_rows.hpp"

#include <array>

#include <fmt/format.h>

#include "mask/escrow.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view counting = "count the rows under the key";
constexpr Seconds count_wait_max{3600};  // a whole table is read

class Counter {
 public:
  Counter(const Config& config, int key_id)
      : connection_(conninfo_of(config),
                    {.purpose = "moretta keys", .statement_timeout = count_wait_max}),
        tables_(pg::tables_beside(pg::parse_table_name(config.table.name))),
        key_id_(std::to_string(key_id)) {}

  KeyRows column(const std::string& name, const mask::Policy& policy) {
    const std::string quoted = pg::quote_identifier(name);
    const std::string place = tables_.target.shown() + "." + name;
    if (mask::says_its_key(policy)) {
      const std::array<std::string, 1> prefix = {"_" + key_id_ + ":%"};
      return {.place = place,
              .rows = count(fmt::format("SELECT count(*) FROM {} WHERE {} LIKE $1",
                                        tables_.target.quoted(), quoted),
                            prefix)};
    }
    return {.place = place,
            .rows = was_used(policy) ? count(fmt::format("SELECT count({}) FROM {}", quoted,
                                                         tables_.target.quoted()),
                                             {})
                                     : 0,
            .is_upper_bound = true};
  }

  KeyRows vault() {
    const std::array<std::string, 1> id = {key_id_};
    return {.place = tables_.vault.shown(),
            .rows = count(fmt::format("SELECT count(*) FROM {} WHERE key_id = $1::int",
                                      tables_.vault.quoted()),
                          id)};
  }

  // Originals that a recovery key opens, beside tokens of this key: whoever has the token has them
  // still, but nobody finds the token of a value any more.
  KeyRows escrow() {
    const std::array<std::string, 2> of = {std::to_string(mask::escrow_key_id),
                                           "_" + key_id_ + ":%"};
    return {.place = tables_.vault.shown() + " in escrow",
            .rows = count(fmt::format("SELECT count(*) FROM {} WHERE key_id = $1::int AND token "
                                      "LIKE $2",
                                      tables_.vault.quoted()),
                          of)};
  }

  // The id stands in bytes 5 and 6 of a seal.
  KeyRows quarantine() {
    const std::array<std::string, 1> id = {key_id_};
    return {.place = tables_.quarantine.shown(),
            .rows = count(fmt::format("SELECT count(*) FROM {} WHERE length(sealed_body) > 6 AND "
                                      "get_byte(sealed_body, 4) * 256 + get_byte(sealed_body, 5) = "
                                      "$1::int",
                                      tables_.quarantine.quoted()),
                          id)};
  }

 private:
  std::int64_t count(const std::string& sql, std::span<const std::string> parameters) {
    return connection_.run(counting, sql, parameters).integer(0, 0);
  }

  bool was_used(const mask::Policy& policy) {
    const std::array<std::string, 3> use = {key_id_, policy.domain,
                                            std::string(mask::method_name(policy.method))};
    return count(fmt::format("SELECT count(*) FROM {} WHERE id = $1::int AND domain = $2 AND "
                             "method = $3",
                             tables_.key_registry.quoted()),
                 use) > 0;
  }

  pg::Connection connection_;
  pg::Tables tables_;
  std::string key_id_;
};

}  // namespace

std::vector<KeyRows> rows_under_key(const Config& config, int key_id) {
  Counter counter(config, key_id);
  std::vector<KeyRows> rows;
  for (std::size_t i = 0; i < config.table.mapping.size(); ++i) {
    if (mask::is_keyed(config.table.policies[i].method)) {
      rows.push_back(counter.column(config.table.mapping[i].name, config.table.policies[i]));
    }
  }
  rows.push_back(counter.vault());
  rows.push_back(counter.escrow());
  rows.push_back(counter.quarantine());
  return rows;
}

}  // namespace moretta::app
