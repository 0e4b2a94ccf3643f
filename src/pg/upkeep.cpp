#include "pg/upkeep.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

namespace moretta::pg {

namespace {

using std::chrono::sys_days;

constexpr std::string_view keeping = "keep the ledger's days";

// Keys deleted in one statement where there is no partition to drop; with an upkeep an hour this
// clears more than a busy day brings, and one statement stays well under its timeout.
constexpr int deleted_keys_max = 200'000;
constexpr int delete_statements_max = 50;

constexpr Days window_days_max{400};  // of partitions: more is a mistake in the config

// Whoever does the upkeep holds it until commit. "moretta" and the ledger's own number in the
// catalog.
constexpr std::string_view try_lock = "SELECT pg_try_advisory_xact_lock(1836020325, hashtext($1))";

struct LedgerState {
  bool exists = false;
  bool is_partitioned = false;
  bool may_prune = false;
  bool may_partition = false;
  std::vector<std::string> partitions;
};

LedgerState state_of(Connection& connection, const TableName& ledger) {
  const Answer answer =
      connection.run(keeping, without_comments(sql::ledger_state_sql), std::array{ledger.quoted()});
  LedgerState state;
  for (int row = 0; row < answer.rows(); ++row) {
    state.exists = true;
    state.is_partitioned = answer.value(row, 0) == "p";
    state.may_prune = answer.is_true(row, 1) || answer.is_true(row, 4);
    state.may_partition = answer.is_true(row, 1) && answer.is_true(row, 2);
    if (!answer.is_null(row, 3)) {
      state.partitions.emplace_back(answer.value(row, 3));
    }
  }
  return state;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// The day in a partition's name, if it is one of ours.
std::optional<sys_days> day_of(const TableName& ledger, std::string_view partition) {
  if (partition.size() != ledger.table.size() + partition_suffix_bytes ||
      !partition.starts_with(ledger.table)) {
    return std::nullopt;
  }
  const std::string_view digits = partition.substr(ledger.table.size() + 2);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  const int number = std::stoi(std::string(digits));
  const std::chrono::year_month_day date{
      std::chrono::year(number / 10000),
      std::chrono::month(static_cast<unsigned>(number / 100 % 100)),
      std::chrono::day(static_cast<unsigned>(number % 100))};
  return date.ok() ? std::optional(sys_days(date)) : std::nullopt;
}

WallTime server_time(Connection& connection) {
  const Answer answer =
      connection.run(keeping, "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
  return WallTime(Millis(std::stoll(std::string(answer.value(0, 0)))));
}

class Keeper {
 public:
  Keeper(Connection& connection, const TableName& ledger, const LedgerWindow& window, WallTime now)
      : connection_(connection),
        ledger_(ledger),
        first_(std::chrono::floor<Days>(now) - window.keep),
        last_(std::chrono::floor<Days>(now) + window.ahead) {
    ENSURE(last_ - first_ <= window_days_max);
  }

  Upkeep keep() {
    const LedgerState state = state_of(connection_, ledger_);
    if (!state.exists) {
      return {};
    }
    if (state.is_partitioned && has_day_work(state)) {
      if (!state.may_partition) {
        done_.left_to_owner = true;
      } else {
        keep_days();
      }
    }
    if (state.may_prune) {
      delete_old(state.is_partitioned ? default_partition(ledger_) : ledger_);
    }
    return done_;
  }

 private:
  [[nodiscard]] std::vector<sys_days> missing(const LedgerState& state) const {
    std::vector<sys_days> days;
    for (sys_days day = first_; day <= last_; day += Days(1)) {
      if (!has(state.partitions, day_partition(ledger_, day).table)) {
        days.push_back(day);
      }
    }
    return days;
  }

  [[nodiscard]] std::vector<std::string> expired(const LedgerState& state) const {
    std::vector<std::string> names;
    for (const std::string& name : state.partitions) {
      const auto day = day_of(ledger_, name);
      if (day && *day < first_) {
        names.push_back(name);
      }
    }
    return names;
  }

  [[nodiscard]] bool has_day_work(const LedgerState& state) const {
    return !missing(state).empty() || !expired(state).empty();
  }

  // In one transaction under a lock, and after another look, because somebody may have been faster.
  void keep_days() {
    // Waiting for a lock on the ledger makes writers wait behind us: not for long.
    connection_.run(keeping, "BEGIN; SET LOCAL lock_timeout = '2s'");
    const Answer locked =
        connection_.run(keeping, std::string(try_lock), std::array{ledger_.quoted()});
    if (locked.is_true(0, 0)) {
      const LedgerState state = state_of(connection_, ledger_);
      for (const sys_days day : missing(state)) {
        create(day);
      }
      for (const std::string& name : expired(state)) {
        connection_.run(keeping, "DROP TABLE " + ledger_.beside(name).quoted());
        ++done_.dropped;
      }
    }
    connection_.run(keeping, "COMMIT");
  }

  void create(sys_days day) {
    const std::string from = quote_literal(first_key_of(WallTime(day)));
    const std::string to = quote_literal(first_key_of(WallTime(day + Days(1))));
    // A day whose keys are in the default partition already stays there.
    const Answer taken = connection_.run(
        keeping, "SELECT EXISTS (SELECT FROM " + default_partition(ledger_).quoted() +
                     " WHERE key >= " + from + " AND key < " + to + ")");
    if (taken.is_true(0, 0)) {
      return;
    }
    connection_.run(keeping, "CREATE TABLE " + day_partition(ledger_, day).quoted() +
                                 " PARTITION OF " + ledger_.quoted() + " FOR VALUES FROM (" + from +
                                 ") TO (" + to + ")");
    ++done_.created;
  }

  void delete_old(const TableName& table) {
    const std::string sql =
        fill(without_comments(sql::ledger_prune_sql), {{"pruned", table.quoted()}});
    const std::string before = first_key_of(WallTime(first_));
    for (int i = 0; i < delete_statements_max; ++i) {
      const Answer answer =
          connection_.run(keeping, sql, std::array{before, std::to_string(deleted_keys_max)});
      done_.deleted += answer.affected();
      if (answer.affected() < static_cast<std::size_t>(deleted_keys_max)) {
        return;
      }
    }
  }

  Connection& connection_;
  const TableName& ledger_;
  sys_days first_;
  sys_days last_;
  Upkeep done_;
};

}  // namespace

std::string first_key_of(WallTime time) {
  const auto millis = static_cast<std::uint64_t>(time.time_since_epoch().count());
  return fmt::format("{:08x}-{:04x}-0000-0000-000000000000", millis >> 16U, millis & 0xffffU);
}

TableName day_partition(const TableName& ledger, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  TableName name = ledger.beside(
      fmt::format("{}_d{:04}{:02}{:02}", ledger.table, static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())));
  ENSURE(name.table.size() == ledger.table.size() + partition_suffix_bytes);
  return name;
}

TableName default_partition(const TableName& ledger) {
  return ledger.beside(ledger.table + "_default");
}

Upkeep keep_ledger(Connection& connection, const TableName& ledger, const LedgerWindow& window,
                   WallTime now) {
  return Keeper(connection, ledger, window, std::min(now, server_time(connection))).keep();
}

}  // namespace moretta::pg
