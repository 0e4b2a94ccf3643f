#pragma once

// What would go wrong with this table and this role, found before the first message and all at
// once.

#include <string>
#include <vector>

#include "mask/policy.hpp"
#include "pg/connection.hpp"
#include "pg/key_registry.hpp"
#include "pg/pg_sink.hpp"
#include "pg/table_name.hpp"
#include "record/column.hpp"

namespace moretta::pg {

enum class Severity {
  error,    // nothing can be stored
  warning,  // some rows may be refused, or something is left to do
};

struct Finding {
  Severity severity = Severity::error;
  std::string subject;  // "server", "app.user_logins", "app.user_logins.ip"
  std::string what;     // "is missing"
  std::string fix;

  bool operator==(const Finding&) const = default;
};

enum class Rejects { quarantined, left };  // does anything write the quarantine table?

struct CheckOptions {
  Tables tables;
  Mapping mapping;
  std::vector<mask::Policy> policies;  // one for each column
  int key_id = 1;                      // its digits stand in tokens
  Ledger ledger = Ledger::on;
  Rejects rejects = Rejects::quarantined;
  std::vector<KeyUse> keys = {};
  BusinessKey business_key = {};
};

// Empty if all is well. Throws Unavailable, Refused.
std::vector<Finding> check(Connection& connection, const CheckOptions& options);

}  // namespace moretta::pg
