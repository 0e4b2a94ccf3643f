#include "pg/pg_sink.hpp"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/ensure.hpp"
#include "pg/sink_session.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"
#include "pg/turn_writer.hpp"

namespace moretta::pg {

namespace {

// Between looks at the ledger's days; to find nothing to do costs one small query.
constexpr std::chrono::hours upkeep_interval{1};

// Between looks at the planner's estimates, which change when autovacuum has run, and between marks
// of who writes.
constexpr std::chrono::minutes row_count_interval{5};

std::int64_t estimate_in(const Answer& answer, int row) {
  std::int64_t rows = -1;
  if (!answer.is_null(row, 0)) {
    const std::string_view text = answer.value(row, 0);
    std::from_chars(text.data(), text.data() + text.size(), rows);
  }
  return rows;
}

}  // namespace

PgSink::PgSink(SinkOptions options, const Clock& clock, Log& log)
    : options_(std::move(options)),
      clock_(clock),
      log_(log),
      deadline_(clock),
      parameters_(options_.mapping) {
  ENSURE(options_.ledger == Ledger::on || !options_.rules.key.settles_conflicts());
}

PgSink::~PgSink() = default;

int PgSink::backend_pid() const {
  return session_ == nullptr ? 0 : session_->backend_pid();
}

void PgSink::revive(Millis within) {
  if (session_ != nullptr && !session_->connection().is_alive(within)) {
    session_ = nullptr;
  }
}

// Whoever has taken the session gives it back when all went well; else it ends with the error.
std::unique_ptr<SinkSession> PgSink::take_session() {
  if (session_ != nullptr) {
    return std::move(session_);
  }
  auto session = std::make_unique<SinkSession>(options_, deadline_);
  figures_.connected();
  return session;
}

void PgSink::open() {
  std::unique_ptr<SinkSession> session = take_session();
  if (options_.ledger == Ledger::on) {
    keep_ledger_when_due(session->connection());
  }
  session->expect_ready();
  count_rows_when_due(session->connection());
  session_ = std::move(session);
}

Fates PgSink::write(const Writes& writes) {
  std::unique_ptr<SinkSession> session = take_session();
  session->vault_memory().pass_time(clock_.steady());
  const bool maybe_seen = std::exchange(in_doubt_, true) || writes.maybe_seen;
  const bool tolerates = maybe_seen || options_.rules.key.settles_conflicts();
  Attempt attempt = tolerates ? Attempt::tolerant : Attempt::optimistic;
  if (options_.ledger == Ledger::off) {
    attempt = Attempt::plain;
  } else {
    keep_ledger_when_due(session->connection());
  }
  count_rows_when_due(session->connection());
  Fates fates = TurnWriter(writes, parameters_, *session).write(attempt);
  in_doubt_ = false;
  session_ = std::move(session);
  return fates;
}

void PgSink::count_rows_when_due(Connection& connection) {
  const SteadyTime now = clock_.steady();
  if (now < next_row_count_) {
    return;
  }
  next_row_count_ = now + row_count_interval;
  if (options_.ledger == Ledger::on) {
    leave_mark(connection, options_.tables.ledger, options_.writer);
  }
  const Answer answer =
      connection.run("estimate the rows of our tables", without_comments(sql::row_estimates_sql),
                     std::array{options_.tables.ledger.quoted(), options_.tables.vault.quoted(),
                                options_.tables.quarantine.quoted()});
  ENSURE(answer.rows() == 3);
  figures_.rows(estimate_in(answer, 0), estimate_in(answer, 1), estimate_in(answer, 2));
}

void PgSink::keep_ledger_when_due(Connection& connection) {
  const SteadyTime now = clock_.steady();
  if (now < next_upkeep_) {
    return;
  }
  next_upkeep_ = now + upkeep_interval;
  const Upkeep done =
      keep_ledger(connection, options_.tables.ledger, options_.window, clock_.wall());
  if (done.created + done.dropped + done.deleted > 0) {
    log_.info("ledger_upkeep", {{"partitions_created", done.created},
                                {"partitions_dropped", done.dropped},
                                {"keys_deleted", done.deleted}});
  }
  if (done.left_to_owner) {
    log_.info("ledger_upkeep_left_to_owner", {{"ledger", options_.tables.ledger.shown()}});
  }
}

}  // namespace moretta::pg
