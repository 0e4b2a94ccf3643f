#pragma once

// A connection of a sink with the statements prepared on it so far.

#include <optional>
#include <string>

#include "base/result.hpp"
#include "pg/connection.hpp"
#include "pg/deadline.hpp"
#include "pg/prepared_statements.hpp"
#include "pg/sink_options.hpp"
#include "pg/statements.hpp"
#include "pg/vault_memory.hpp"

namespace moretta::pg {

// For one thread. Ends with the first error that it throws.
class SinkSession {
 public:
  // Connects. Both outlive it. Throws Unavailable, also if too little time is left for it; Refused.
  SinkSession(const SinkOptions& options, const Deadline& deadline);

  Connection& connection() { return connection_; }
  [[nodiscard]] const SinkOptions& options() const { return options_; }
  [[nodiscard]] int backend_pid() const { return connection_.backend_pid(); }
  VaultMemory& vault_memory() { return vault_memory_; }

  // Throws Refused if a table, a column or the right to insert is missing, a column is too narrow
  // for its tokens, or a key is the wrong one.
  void expect_ready();

  // Until the deadline.
  Result<Answer, ServerError> execute(const Shape& shape, const Parameters& parameters);

  // Whether what a conflict met can be noted beside the ledger. Only a note for `trace`: what it
  // says of a row is settled already.
  bool notes_met();
  // REQUIRED: notes_met().
  void note_met(const Parameters& parameters);

  // Of an answer of execute().
  [[noreturn]] void fail(const ServerError& error);

 private:
  void expect_business_key();
  void expect_insert(const TableName& table);

  const SinkOptions& options_;
  const Deadline& deadline_;
  Connection connection_;
  std::string storing_;  // completes "cannot ..."
  PreparedStatements statements_;
  std::optional<bool> notes_met_;
  std::string met_name_;
  VaultMemory vault_memory_;  // of what this connection has committed: it ends with it
};

}  // namespace moretta::pg
