#pragma once

// Which keys have written here. A wrong key under a known id makes tokens that match nothing and
// open with nothing; this is where that is found out, before the first row.

#include <span>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::pg {

// One key and what it is used for. Without a domain: a key that is only at hand, to be compared.
struct KeyUse {
  int id = 1;
  std::string kcv;
  std::string state;
  std::string domain = {};
  std::string method = {};

  bool operator==(const KeyUse&) const = default;
};

// What is wrong with these keys here: an id that is known for another key, a key that is known
// under another id. Empty if nothing is. Throws Unavailable, Refused.
std::vector<std::string> key_conflicts(Connection& connection, const TableName& registry,
                                       std::span<const KeyUse> keys);

// Notes the uses that are new. Two that start at once with different keys: one is refused. Throws
// Unavailable; Refused if a key is in conflict, or the table is missing.
void register_keys(Connection& connection, const TableName& registry, std::span<const KeyUse> keys);

// The ids of the keys that have written this domain with this method, in order. Throws Unavailable,
// Refused.
std::vector<int> writing_keys(Connection& connection, const TableName& registry,
                              const std::string& domain, const std::string& method);

}  // namespace moretta::pg
