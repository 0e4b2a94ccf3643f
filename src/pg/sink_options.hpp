#pragma once

// What a sink of Postgres writes to, and how.

#include <cstddef>
#include <vector>

#include "core/ports.hpp"
#include "pg/connection.hpp"
#include "pg/key_registry.hpp"
#include "pg/statements.hpp"
#include "pg/table_columns.hpp"
#include "pg/table_name.hpp"
#include "pg/upkeep.hpp"
#include "pg/worker_marks.hpp"

namespace moretta::pg {

enum class Ledger {
  on,
  off,  // at least once: a message that comes again is a row again
};

struct SinkOptions {
  Conninfo conninfo;
  Tables tables;
  Mapping mapping;
  Ledger ledger = Ledger::on;
  RowRules rules = {};  // a key that settles conflicts needs the ledger
  LedgerWindow window = {};
  std::vector<KeyUse> keys = {};  // what the rows are masked with; a wrong one is refused first
  std::vector<TokenWidth> widths = {};  // what the columns must hold; too narrow is refused first
  Writer writer = {};                   // who leaves marks beside the ledger
  ConnectionOptions connection = {};
  // The server takes messages below 1 GiB; this leaves room for several at once in its memory. A
  // turn that is larger is written in parts.
  std::size_t parameter_bytes_max = std::size_t{64} << 20U;
};

}  // namespace moretta::pg
