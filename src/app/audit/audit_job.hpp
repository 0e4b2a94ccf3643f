#pragma once

// Reads a table once and says what it gives away (`moretta audit`). docs/masking.md explains the
// figures.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/world.hpp"
#include "audit/report.hpp"
#include "pg/connection.hpp"

namespace moretta::app {

struct ProveRequest {
  Seconds budget{0};
  int threads = 1;
};

struct AuditJob {
  std::string table;
  const Table* declared = nullptr;  // the configuration's, if it is this table
  std::vector<std::string> group_columns;
  std::int64_t k_min = 0;                     // a smaller group is a finding
  std::map<std::string, std::string> spaces;  // by column; "" for all others
  std::optional<ProveRequest> prove = {};
};

// The report, and what it points into.
struct Audited {
  std::deque<audit::ColumnProfile> profiles;
  audit::Report report;
};

// Memory: 16 MB for each column while reading, and up to 33 MB more for each column that has over a
// million different values. Throws Unavailable, Refused.
Audited audit_table(const AuditJob& job, pg::Connection& connection, World& world);

}  // namespace moretta::app
