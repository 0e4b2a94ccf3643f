#pragma once

// The manifest's table in the database: what a worker adds to, and anybody may verify who has the
// key.

#include <functional>
#include <optional>
#include <string>

#include "app/chain_table.hpp"
#include "app/manifest/manifest.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

class ManifestTable {
 public:
  // Both must outlive this; `target` is the table that the rows go to.
  ManifestTable(pg::Connection& connection, const pg::TableName& target);

  // Why nothing can be kept, and what to do about it; nothing if it can.
  struct Closed {
    std::string what;
    std::string fix;
  };
  std::optional<Closed> closed();

  // Makes the record the next of the chain: fills seq, db_role, key_id, kcv and mac. Durable when
  // it returns. Throws Unavailable, Refused.
  void append(ManifestRecord& record, const mask::MasterKey& key);

  // In the order of the chain. Throws Unavailable, Refused.
  void each(const std::function<void(const ManifestRecord&)>& take);

 private:
  pg::Connection& connection_;
  ChainTable table_;
};

}  // namespace moretta::app
