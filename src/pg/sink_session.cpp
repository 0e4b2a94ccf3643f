#include "pg/sink_session.hpp"

#include <algorithm>
#include <array>

#include "base/errors.hpp"
#include "pg/business_key.hpp"
#include "pg/ledger_lookup.hpp"
#include "pg/sqlstate.hpp"

namespace moretta::pg {

namespace {

constexpr Seconds connect_timeout_min{2};  // libpq takes less for this

ConnectionOptions in_time(ConnectionOptions options, const Deadline& deadline) {
  const auto left = std::chrono::floor<Seconds>(deadline.left());
  if (left < connect_timeout_min) {
    throw Unavailable("cannot connect to postgres: no time is left for it");
  }
  options.connect_timeout = std::min(options.connect_timeout, left);
  return options;
}

}  // namespace

SinkSession::SinkSession(const SinkOptions& options, const Deadline& deadline)
    : options_(options),
      deadline_(deadline),
      connection_(options.conninfo, in_time(options.connection, deadline)),
      storing_("store rows in " + options.tables.target.shown()),
      statements_(connection_, options.tables, options.mapping, options.rules) {}

// Preparing finds tables and columns that are missing; rights are looked at only when a statement
// runs.
void SinkSession::expect_ready() {
  connection_.wait_at_most(deadline_.left());
  const bool has_ledger = options_.ledger == Ledger::on;
  statements_.prepared({.attempt = options_.rules.key.settles_conflicts() ? Attempt::tolerant
                                   : has_ledger                           ? Attempt::optimistic
                                                                          : Attempt::plain},
                       storing_);
  expect_insert(options_.tables.target);
  if (has_ledger) {
    expect_insert(options_.tables.ledger);
  }
  expect_business_key();
  expect_widths(connection_, options_.tables.target, options_.widths);
  register_keys(connection_, options_.tables.key_registry, options_.keys);
}

Result<Answer, ServerError> SinkSession::execute(const Shape& shape, const Parameters& parameters) {
  connection_.wait_at_most(deadline_.left());
  return connection_.execute(storing_, statements_.prepared(shape, storing_), parameters);
}

bool SinkSession::notes_met() {
  if (!notes_met_) {
    notes_met_ = may_note_met(connection_, options_.tables.ledger);
    if (*notes_met_) {
      const Statement met =
          build_met_statement(options_.tables, options_.mapping, options_.rules.key);
      connection_.prepare(storing_, met.name, met.sql, met.types);
      met_name_ = met.name;
    }
  }
  return *notes_met_;
}

void SinkSession::note_met(const Parameters& parameters) {
  static_cast<void>(connection_.execute(storing_, met_name_, parameters));
}

void SinkSession::fail(const ServerError& error) {
  throw_server_error(storing_, error);
}

// Else the first turn would find out.
void SinkSession::expect_business_key() {
  const BusinessKey& key = options_.rules.key;
  if (!key.settles_conflicts()) {
    return;
  }
  const TableName& table = options_.tables.target;
  const KeyFindings found = find_business_key(connection_, table, options_.mapping, key);
  if (!found.has_index) {
    throw Refused("cannot " + storing_ + ": it has no unique index on (" + key_names(key) +
                      ") alone, so that `table.on_conflict` would settle nothing",
                  "run: " + key_index_sql(table, key));
  }
  if (!found.may_select || !found.may_update) {
    throw Refused("cannot " + storing_ + ": `table.on_conflict` takes the right to " +
                      (found.may_select ? "update" : "select"),
                  hint_for("42501"));
  }
}

void SinkSession::expect_insert(const TableName& table) {
  const Answer answer = connection_.run(storing_, "SELECT has_table_privilege($1, 'INSERT')",
                                        std::array{table.quoted()});
  if (!answer.is_true(0, 0)) {
    throw Refused("cannot " + storing_ + ": no right to insert into " + table.shown(),
                  hint_for("42501"));
  }
}

}  // namespace moretta::pg
