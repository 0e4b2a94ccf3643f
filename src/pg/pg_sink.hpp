#pragma once

// Rows, ledger, vault and quarantine in Postgres: one transaction a turn in one round trip, and a
// refused row costs only itself. docs/decisions/0003-ledger.md has the reasons and the figures.

#include <memory>

#include "base/log.hpp"
#include "core/ports.hpp"
#include "pg/connection.hpp"
#include "pg/deadline.hpp"
#include "pg/sink_figures.hpp"
#include "pg/sink_options.hpp"
#include "pg/turn_parameters.hpp"

namespace moretta::pg {

class SinkSession;

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
  void finish_by(SteadyTime until) { deadline_.set(until); }

  // After the process was frozen: a connection that does not answer within that time is given up,
  // and the next use makes another.
  void revive(Millis within);

  // The server process that serves this sink, or 0 while not connected.
  [[nodiscard]] int backend_pid() const;

  // From any thread.
  [[nodiscard]] const SinkFigures& figures() const { return figures_; }

 private:
  std::unique_ptr<SinkSession> take_session();
  void keep_ledger_when_due(Connection& connection);
  void count_rows_when_due(Connection& connection);

  SinkOptions options_;
  const Clock& clock_;
  Log& log_;
  Deadline deadline_;
  TurnParameters parameters_;
  std::unique_ptr<SinkSession> session_;
  bool in_doubt_ = false;  // the last write may or may not have been committed
  SteadyTime next_upkeep_{};
  SteadyTime next_row_count_{};
  SinkFigures figures_;
};

}  // namespace moretta::pg
