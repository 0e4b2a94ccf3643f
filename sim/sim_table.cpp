#include "sim/sim_table.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace moretta::sim {

namespace {

constexpr Seconds away_max{600};
constexpr Seconds failover_max{60};
constexpr Seconds stall_max{90};  // longer than some leases, shorter than others

}  // namespace

std::string text_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return "\\N";
    case Value::Kind::text:
      return std::string(value.text);
    case Value::Kind::real:
      return fmt::format("{}", value.real);
    default:
      return std::to_string(value.integer);
  }
}

std::optional<LedgerKey> SimTable::stored_twice() const {
  for (const auto& [key, row] : rows) {
    if (rows.count(key) + quarantine.count(key) > 1) {
      return key;
    }
  }
  for (const auto& [key, record] : quarantine) {
    if (quarantine.count(key) > 1) {
      return key;
    }
  }
  return std::nullopt;
}

void SimSink::connect() {
  if (clock_.steady() < table_.away_until) {
    throw Unavailable("simulated: database away");
  }
}

Fates SimSink::write(const Writes& writes) {
  between_();
  if (strikes(Fault::table_away)) {
    table_.away_until = clock_.steady() + faults_->length(away_max);
  }
  connect();
  if (strikes(Fault::connection_lost_before_commit)) {
    throw Unavailable("simulated: connection lost before commit");
  }
  if (strikes(Fault::table_stalls)) {
    stall();
  }
  // Between here and the end nobody else runs: a transaction.
  SimTable next = table_;
  Fates fates = apply(writes, next);
  table_ = std::move(next);

  lose_connection_after_commit();
  between_();
  return fates;
}

Fates SimSink::apply(const Writes& writes, SimTable& table) const {
  Fates fates;
  std::set<std::uint32_t> refused_groups;
  for (std::size_t i = 0; i < writes.rows.size(); ++i) {
    const KeyedRow& item = writes.rows[i];
    if (refused_groups.contains(item.group)) {
      fates.rows.push_back(Fate::withheld);
    } else if (table.ledger.contains(item.key)) {
      fates.rows.push_back(Fate::duplicate);
    } else if (refuses_(item.row)) {
      if (item.group != 0) {
        refused_groups.insert(item.group);
      }
      fates.rows.push_back(Fate::refused);
      fates.refusals.push_back({.row = i, .sqlstate = "23514"});
    } else {
      fates.rows.push_back(store(item, table, fates));
    }
  }
  for (const QuarantineRecord& record : writes.quarantine) {
    const bool known = !table.ledger.insert(record.key).second;
    fates.quarantine.push_back(known ? Fate::duplicate : Fate::stored);
    if (!known) {
      table.quarantine.emplace(record.key, record);
    }
  }
  return fates;
}

Fate SimSink::store(const KeyedRow& item, SimTable& table, Fates& fates) {
  table.ledger.insert(item.key);
  table.inserted.push_back(item.key);
  if (table.has_business_key()) {
    const auto [held, is_first] = table.holders.try_emplace(text_of(item.row[0]), item.key);
    if (!is_first) {
      ++table.conflicts;
      ++fates.conflicts;
      if (table.on_conflict == OnConflict::ignore) {
        table.passed_over.insert(item.key);
        return Fate::duplicate;
      }
      table.rows.erase(held->second);
      table.passed_over.insert(std::exchange(held->second, item.key));
    }
  }
  SimTable::Stored stored;
  for (std::size_t column = 0; column < item.row.size(); ++column) {
    stored.push_back(text_of(item.row[column]));
  }
  table.rows.emplace(item.key, std::move(stored));
  return Fate::stored;
}

void SimSink::stall() {
  const Millis time = faults_->length(stall_max);
  on_stall(time);
  clock_.sleep(time, {});
  between_();
}

void SimSink::lose_connection_after_commit() {
  if (strikes(Fault::failover)) {
    table_.away_until = clock_.steady() + faults_->length(failover_max);
    throw Unavailable("simulated: the server failed over");
  }
  if (strikes(Fault::connection_lost_after_commit)) {
    throw Unavailable("simulated: connection lost after commit");
  }
}

}  // namespace moretta::sim
