#pragma once

// The audit's table in the database: INSERT and SELECT are all that it needs, and all that a role
// should have.

#include "app/chain_table.hpp"
#include "app/unmask/audit.hpp"
#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

class AuditTable final : public AuditLog {
 public:
  // Connects. Throws Unavailable, Refused.
  AuditTable(const pg::Conninfo& conninfo, pg::TableName table);

  void append(AuditRecord& record, const mask::MasterKey& key) override;
  void each(const std::function<void(const AuditRecord&)>& take) override;

 private:
  void expect_known(const mask::MasterKey& key);

  pg::Connection connection_;
  ChainTable table_;
};

}  // namespace moretta::app
