#include "pg/pg_sink.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "pg/ledger_lookup.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"
#include "pg/sqlstate.hpp"
#include "pg/statements.hpp"
#include "pg/turn_plan.hpp"

namespace moretta::pg {

namespace {

constexpr std::size_t parts_waiting_max =
    64;  // one for each halving of at most 2^32 items, and more

constexpr Seconds connect_timeout_min{2};  // libpq takes less for this

// Nothing we wait for may last longer anyway.
constexpr Millis time_left_max{std::chrono::hours{1}};

// Between looks at the ledger's days; to find nothing to do costs one small query.
constexpr std::chrono::hours upkeep_interval{1};

// Between looks at the planner's estimates, which change when autovacuum has run, and between marks
// of who writes.
constexpr std::chrono::minutes row_count_interval{5};

constexpr std::string_view unique_violation = "23505";

std::int64_t estimate_in(const Answer& answer, int row) {
  std::int64_t rows = -1;
  if (!answer.is_null(row, 0)) {
    const std::string_view text = answer.value(row, 0);
    std::from_chars(text.data(), text.data() + text.size(), rows);
  }
  return rows;
}

// Of the rows of the answer that are wanted, sorted.
std::vector<SortKey> keys_in(const Answer& answer, const auto& is_wanted) {
  std::vector<SortKey> keys;
  keys.reserve(static_cast<std::size_t>(answer.rows()));
  for (int i = 0; i < answer.rows(); ++i) {
    if (!is_wanted(i)) {
      continue;
    }
    const std::string_view bytes = answer.value(i, 0);
    LedgerKey key;
    ENSURE(bytes.size() == key.bytes.size());
    std::memcpy(key.bytes.data(), bytes.data(), bytes.size());
    keys.push_back(sort_key(key.bytes));
  }
  std::ranges::sort(keys);
  return keys;
}

}  // namespace

// A connection with the statements prepared on it so far.
class PgSink::Session {
 public:
  // `sink` makes it, and outlives it.
  explicit Session(const PgSink& sink)
      : sink_(sink),
        options_(sink.options_),
        connection_(options_.conninfo, connection_options(sink)),
        storing_("store rows in " + options_.tables.target.shown()) {}

  Connection& connection() { return connection_; }
  [[nodiscard]] const SinkOptions& options() const { return options_; }
  [[nodiscard]] int backend_pid() const { return connection_.backend_pid(); }
  VaultMemory& vault_memory() { return vault_memory_; }

  // Throws Refused if a table, a column or the right to insert is missing, a column is too narrow
  // for its tokens, or a key is the wrong one. Preparing finds the first two; rights are looked at
  // only when a statement runs.
  void expect_ready() {
    connection_.wait_at_most(sink_.time_left());
    const bool has_ledger = options_.ledger == Ledger::on;
    prepared({.attempt = options_.rules.key.settles_conflicts() ? Attempt::tolerant
                         : has_ledger                           ? Attempt::optimistic
                                                                : Attempt::plain});
    expect_insert(options_.tables.target);
    if (has_ledger) {
      expect_insert(options_.tables.ledger);
    }
    expect_business_key();
    expect_widths(connection_, options_.tables.target, options_.widths);
    register_keys(connection_, options_.tables.key_registry, options_.keys);
  }

  Result<Answer, ServerError> execute(const Shape& shape, const Parameters& parameters) {
    connection_.wait_at_most(sink_.time_left());
    return connection_.execute(storing_, prepared(shape), parameters);
  }

  // Only a note for `trace`: what it says of a row is settled already.
  bool notes_met() {
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
  void note_met(const Parameters& parameters) {
    static_cast<void>(connection_.execute(storing_, met_name_, parameters));
  }

  [[noreturn]] void fail(const ServerError& error) { throw_server_error(storing_, error); }

 private:
  static ConnectionOptions connection_options(const PgSink& sink) {
    ConnectionOptions options = sink.options_.connection;
    const auto left = std::chrono::floor<Seconds>(sink.time_left());
    if (left < connect_timeout_min) {
      throw Unavailable("cannot connect to postgres: no time is left for it");
    }
    options.connect_timeout = std::min(options.connect_timeout, left);
    return options;
  }

  const std::string& prepared(const Shape& shape) {
    std::string& name = names_.at(shape_index(shape));
    if (name.empty()) {
      Statement statement =
          build_statement(options_.tables, options_.mapping, shape, options_.rules);
      connection_.prepare(storing_, statement.name, statement.sql, statement.types);
      name = std::move(statement.name);
    }
    return name;
  }

  // Else the first turn would find out.
  void expect_business_key() {
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

  void expect_insert(const TableName& table) {
    const Answer answer = connection_.run(storing_, "SELECT has_table_privilege($1, 'INSERT')",
                                          std::array{table.quoted()});
    if (!answer.is_true(0, 0)) {
      throw Refused("cannot " + storing_ + ": no right to insert into " + table.shown(),
                    hint_for("42501"));
    }
  }

  const PgSink& sink_;
  const SinkOptions& options_;
  Connection connection_;
  std::string storing_;  // completes "cannot ..."
  std::array<std::string, shapes_max> names_;
  std::optional<bool> notes_met_;
  std::string met_name_;
  VaultMemory vault_memory_;  // of what this connection has committed: it ends with it
};

// Writes one turn: all of it in the first statement if it can be, else in halves.
class PgSink::TurnWriter {
 public:
  TurnWriter(const Writes& writes, TurnParameters& parameters, Session& session)
      : writes_(writes),
        parameters_(parameters),
        session_(session),
        parameter_bytes_max_(session.options().parameter_bytes_max),
        plan_(writes, session.options().rules.order),
        fates_(plan_.initial_fates()) {}

  Fates write(Attempt attempt) {
    if (plan_.whole().size() > 0) {
      todo_.push_back({.part = plan_.whole(), .attempt = attempt});
    }
    while (!todo_.empty()) {
      ENSURE(todo_.size() <= parts_waiting_max);
      Work work = todo_.back();
      todo_.pop_back();
      work.part.rows = without_withheld(work.part.rows);
      if (work.part.size() > 0) {
        step(work);
      }
    }
    if (!fates_.refusals.empty()) {
      refuse_repeats();
    }
    return std::move(fates_);
  }

 private:
  enum class Cause { refused, too_large };

  struct Work {
    Part part;
    Attempt attempt = Attempt::optimistic;
    bool is_left = false;     // of a refused whole, whose other half is next
    bool surely_bad = false;  // the whole was refused, and its left half was not
  };

  void step(const Work& work) {
    if (work.surely_bad && work.part.size() > 1) {
      halve(work, Cause::refused);
      return;
    }
    const Shape shape{
        .attempt = work.attempt,
        .rows = !work.part.rows.empty(),
        .vault = parameters_.gather_vault(writes_, work.part, session_.vault_memory()),
        .quarantine = !work.part.quarantine.empty()};
    const Parameters& parameters = parameters_.encode(writes_, work.part, shape);
    if (parameters_.bytes() > parameter_bytes_max_ && work.part.size() > 1) {
      halve(work, Cause::too_large);
      return;
    }
    const auto answer = session_.execute(shape, parameters);
    if (answer) {
      note_stored(work, answer.value());
    } else {
      note_refused(work, answer.error());
    }
  }

  void note_stored(const Work& work, const Answer& answer) {
    if (work.attempt != Attempt::tolerant) {
      parameters_.teach(session_.vault_memory());
    }
    if (work.attempt == Attempt::tolerant) {
      const std::vector<SortKey> fresh = keys_in(answer, [](int) { return true; });
      const auto is_fresh = [&fresh](const Item& item) {
        return std::ranges::binary_search(fresh, item.key);
      };
      set_stored(work.part, is_fresh);
      note_conflicts(work.part, answer);
    } else {
      set_stored(work.part, [](const Item& /*unused*/) { return true; });
    }
    if (work.is_left) {
      todo_.back().surely_bad = true;
    }
  }

  void note_conflicts(const Part& part, const Answer& answer) {
    const OnConflict policy = session_.options().rules.key.on_conflict;
    if (policy == OnConflict::error || part.rows.empty()) {
      return;
    }
    const std::vector<SortKey> met = keys_in(answer, [&](int row) { return has_met(answer, row); });
    std::vector<Item> items;
    std::ranges::copy_if(part.rows, std::back_inserter(items), [&met](const Item& item) {
      return std::ranges::binary_search(met, item.key);
    });
    for (const Item& item : items) {
      ++fates_.conflicts;
      fates_.rows[item.index] = policy == OnConflict::ignore ? Fate::duplicate : Fate::stored;
    }
    if (!items.empty() && session_.notes_met()) {
      const Part of_conflicts{.rows = items, .quarantine = {}};
      session_.note_met(parameters_.encode(writes_, of_conflicts, {.attempt = Attempt::tolerant}));
    }
  }

  void set_stored(const Part& part, const auto& is_stored) {
    for (const Item& item : part.rows) {
      fates_.rows[item.index] = is_stored(item) ? Fate::stored : Fate::duplicate;
    }
    for (const Item& item : part.quarantine) {
      fates_.quarantine[item.index] = is_stored(item) ? Fate::stored : Fate::duplicate;
    }
  }

  void note_refused(const Work& work, const ServerError& error) {
    if (work.attempt == Attempt::optimistic && error.sqlstate == unique_violation) {
      // Most likely the ledger's. If it is the table's own, the tolerant form meets it again.
      Work again = work;
      again.attempt = Attempt::tolerant;
      todo_.push_back(again);
      return;
    }
    if (work.part.rows.empty()) {
      session_.fail(error);  // our own table has to take every record
    }
    if (work.part.size() > 1) {
      halve(work, Cause::refused);
      return;
    }
    refuse(work.part.rows.front().index, error);
  }

  void halve(const Work& work, Cause cause) {
    const Halves halves = halves_of(work.part);
    const bool is_left = cause == Cause::refused;
    todo_.push_back({.part = halves.right, .attempt = work.attempt});
    todo_.push_back({.part = halves.left, .attempt = work.attempt, .is_left = is_left});
  }

  // Parts come in order, so what stands behind a refused row of its group has not been written yet.
  std::span<const Item> without_withheld(std::span<const Item> rows) {
    if (refused_groups_.empty()) {
      return rows;
    }
    std::vector<Item>& rest = rest_.emplace_back();
    for (const Item& item : rows) {
      if (refused_groups_.contains(writes_.rows[item.index].group)) {
        fates_.rows[item.index] = Fate::withheld;
      } else {
        rest.push_back(item);
      }
    }
    return rest;
  }

  void refuse(std::size_t row, const ServerError& error) {
    if (writes_.rows[row].group != 0) {
      refused_groups_.insert(writes_.rows[row].group);
    }
    fates_.rows[row] = Fate::refused;
    fates_.refusals.push_back({.row = row,
                               .sqlstate = error.sqlstate,
                               .column = error.column.empty() ? error.constraint : error.column});
  }

  // A later delivery of a refused or withheld row is no duplicate: nothing is stored that would
  // make it one.
  void refuse_repeats() {
    std::map<LedgerKey, const Fates::Refusal*> unwritten;
    const std::vector<Fates::Refusal> first = fates_.refusals;
    for (const Fates::Refusal& refusal : first) {
      unwritten.emplace(writes_.rows[refusal.row].key, &refusal);
    }
    for (std::size_t row = 0; row < writes_.rows.size(); ++row) {
      const LedgerKey& key = writes_.rows[row].key;
      if (fates_.rows[row] == Fate::withheld) {
        unwritten.emplace(key, nullptr);
        continue;
      }
      const auto found = unwritten.find(key);
      if (found == unwritten.end() || fates_.rows[row] == Fate::refused) {
        continue;
      }
      fates_.rows[row] = found->second == nullptr ? Fate::withheld : Fate::refused;
      if (found->second != nullptr) {
        fates_.refusals.push_back(*found->second);
        fates_.refusals.back().row = row;
      }
    }
    std::ranges::sort(fates_.refusals, {}, &Fates::Refusal::row);
  }

  const Writes& writes_;
  TurnParameters& parameters_;
  Session& session_;
  std::size_t parameter_bytes_max_;
  TurnPlan plan_;
  Fates fates_;
  std::vector<Work> todo_;  // a stack
  std::set<std::uint32_t> refused_groups_;
  std::deque<std::vector<Item>> rest_;  // what parts point to that are not the plan's any more
};

PgSink::PgSink(SinkOptions options, const Clock& clock, Log& log)
    : options_(std::move(options)), clock_(clock), log_(log), parameters_(options_.mapping) {
  ENSURE(options_.ledger == Ledger::on || !options_.rules.key.settles_conflicts());
}

PgSink::~PgSink() = default;

int PgSink::backend_pid() const {
  return session_ == nullptr ? 0 : session_->backend_pid();
}

Millis PgSink::time_left() const {
  const SteadyTime now = clock_.steady();
  if (until_ <= now) {
    return Millis{0};
  }
  return until_ - now >= time_left_max ? time_left_max : std::chrono::ceil<Millis>(until_ - now);
}

void PgSink::revive(Millis within) {
  if (session_ != nullptr && !session_->connection().is_alive(within)) {
    session_ = nullptr;
  }
}

// Whoever has taken the session gives it back when all went well; else it ends with the error.
std::unique_ptr<PgSink::Session> PgSink::take_session() {
  if (session_ != nullptr) {
    return std::move(session_);
  }
  auto session = std::make_unique<Session>(*this);
  figures_.connected();
  return session;
}

void PgSink::open() {
  std::unique_ptr<Session> session = take_session();
  if (options_.ledger == Ledger::on) {
    keep_ledger_when_due(session->connection());
  }
  session->expect_ready();
  count_rows_when_due(session->connection());
  session_ = std::move(session);
}

Fates PgSink::write(const Writes& writes) {
  std::unique_ptr<Session> session = take_session();
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
