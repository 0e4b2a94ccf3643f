#pragma once

// One masked column of a configuration, and what its tokens are to be: the goal of a rewrap, and
// what an erasure looks for.

#include <string>
#include <string_view>

#include "app/change/rewrap.hpp"
#include "app/config.hpp"

namespace moretta::app {

inline constexpr std::string_view map_table = "moretta_token_map";
inline constexpr std::string_view receipts_table = "moretta_erasure";

// Throws Refused if the configuration has no such column, or none that gives tokens.
const mask::Policy& policy_of(const Config& config, const std::string& column);

// What its tokens are to become: those of its `dual_write` if it has one, else its own.
const mask::Policy& goal_of(const Config& config, const std::string& column);
const DualWrite* dual_write_of(const Config& config, const std::string& column);  // null: none

// The key that makes tokens under this policy.
const mask::MasterKey* key_of(const Config& config, const mask::Policy& policy);  // null: none

// Lacks old_tokens, which depend on what is changed; with a dual write they are not needed.
RewrapPlan plan_of(const Config& config, const std::string& column);

// For statements that read a whole table.
pg::Connection change_connection(const Config& config, const std::string& purpose);

void make_token_map(pg::Connection& connection, const pg::TableName& map);

}  // namespace moretta::app
