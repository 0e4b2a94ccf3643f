#pragma once

// Rows, ledger, vault and quarantine in Postgres: one transaction a turn in one round trip, and a
// refused row costs only itself. docs/decisions/0003-ledger.md has the reasons and the figures.

#include <cstddef>
#include <memory>
#include <vector>

#include "base/log.hpp"
#include "core/ports.hpp"
#include "pg/connection.hpp"
#include "pg/key_registry.hpp"
#include "pg/sink_figures.hpp"
#include "pg/statements.hpp"
#include "pg/table_columns.hpp"
#include "pg/table_name.hpp"
#include "pg/turn_parameters.hpp"
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

// For one thread, as every Sink. Connects when opened, and with a write after an error.
class PgSink final : public Sink {
 public:
  // `clock` and `log` must outlive the sink.
  PgSink(SinkOptions options, const Clock& clock, Log& log);
  ~PgSink() override;
  PgSink(const PgSink&) = delete;
  PgSink& operator=(const PgSink&) = delete;

  void open() override;
  Fates write(const Writes& writes) override;

  // From now on nothing waits for the server beyond that time; what is under way then is
  // Unavailable, and in doubt.
  void finish_by(SteadyTime until) { until_ = until; }

  // After the process was frozen: a connection that does not answer within that time is given up,
  // and the next use makes another.
  void revive(Millis within);

  // The server process that serves this sink, or 0 while not connected.
  [[nodiscard]] int backend_pid() const;

  // From any thread.
  [[nodiscard]] const SinkFigures& figures() const { return figures_; }

 private:
  class Session;
  class TurnWriter;

  [[nodiscard]] Millis time_left() const;
  std::unique_ptr<Session> take_session();
  void keep_ledger_when_due(Connection& connection);
  void count_rows_when_due(Connection& connection);

  SinkOptions options_;
  const Clock& clock_;
  Log& log_;
  TurnParameters parameters_;
  std::unique_ptr<Session> session_;
  bool in_doubt_ = false;  // the last write may or may not have been committed
  SteadyTime next_upkeep_{};
  SteadyTime until_ = SteadyTime::max();
  SteadyTime next_row_count_{};
  SinkFigures figures_;
};

}  // namespace moretta::pg
