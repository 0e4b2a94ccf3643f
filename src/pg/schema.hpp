#pragma once

// The tables that a mapping writes: as a script to read, and applied.

#include <string>

#include "base/clock.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"
#include "pg/upkeep.hpp"
#include "record/column.hpp"

namespace moretta::pg {

// Beside the table that the rows go to.
TableName manifest_beside(const TableName& target);

// One transaction that makes what is missing and leaves alone what is there; safe to repeat and to
// run from two places at once. `server_version` as Postgres numbers itself, e.g. 150004.
// A new target table gets a unique index on the business key, if one is declared.
std::string schema_sql(const Tables& tables, const Mapping& mapping, int server_version,
                       const BusinessKey& key = {});

// Least-privilege roles for worker, analyst and recovery officer, for whoever owns these tables.
std::string roles_sql(const Tables& tables, const Mapping& mapping = {},
                      const BusinessKey& key = {});

// Runs that script, then makes the ledger's days. Throws Unavailable, Refused.
Upkeep apply_schema(Connection& connection, const Tables& tables, const Mapping& mapping,
                    const LedgerWindow& window, WallTime now, const BusinessKey& key = {});

}  // namespace moretta::pg
