#include "sim/checker.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/planted.hpp"

namespace moretta::sim {

Checker::Checker(const Watched& watched) : watched_(watched), start_(watched.clock.wall()) {
  watched_.queue.watch = {
      .erased =
          [this](const std::string& id) {
            if (!watched_.table.ledger.contains(key_of(id))) {
              violated("deleted before it was durable: " + id);
            }
          },
      .overspent =
          [this](const std::string& id) {
            // What is left to the redrive policy is received until that acts.
            if (watched_.rules.on_reject == OnReject::quarantine) {
              violated("an outage of the table cost more than one receive: " + id);
            }
          },
  };
}

// All messages are sent at the start.
LedgerKey Checker::key_of(const std::string& id) const {
  Message message;
  message.id = id;
  message.sent_at = start_;
  return ledger_key(message);
}

void Checker::sent(const Sent& message, const std::string& group) {
  sent_.push_back(message);
  if (watched_.rules.order == Order::by_group) {
    std::vector<Sent>& before = groups_[group];
    places_[key_of(message.id)] = {.group = group, .number = before.size()};
    before.push_back(message);
  }
}

void Checker::check_order() {
  const std::vector<LedgerKey>& inserted = watched_.table.inserted;
  while (inserted_seen_ < inserted.size()) {
    const LedgerKey& key = inserted[inserted_seen_++];
    if (places_.contains(key)) {
      check_turn_of(key);
    }
    in_order_.insert(key);
  }
}

// Before a row of a FIFO group all its predecessors were stored, unless they went to the
// dead-letter queue or, where it is there for them, will be or are in quarantine.
void Checker::check_turn_of(const LedgerKey& key) {
  const Place& place = places_.at(key);
  for (std::size_t i = 0; i < place.number; ++i) {
    const Sent& earlier = groups_.at(place.group)[i];
    const bool may_pass =
        in_order_.contains(key_of(earlier.id)) || watched_.queue.dead().contains(earlier.id) ||
        (earlier.kind != Kind::good && watched_.rules.on_reject == OnReject::quarantine);
    if (!may_pass) {
      violated(fmt::format("group {}: stored before its predecessor {}", place.group, earlier.id));
    }
  }
}

void Checker::check_step(const Totals& totals) {
  if (totals.in_flight() < 0) {
    violated("more outcomes than messages received");
  }
  // A canary may have been cut in two by the last look.
  const std::size_t from = log_seen_ - std::min(log_seen_, canary.size());
  if (watched_.log_text.find(canary, from) != std::string::npos) {
    violated("clear text in a log line");
  }
  log_seen_ = watched_.log_text.size();
  check_order();
  const SimTable& table = watched_.table;
  if (table.stored_twice()) {
    violated("stored twice");
  }
  if (table.has_business_key() && table.rows.size() != table.holders.size()) {
    violated("a business key stored twice");
  }
  if (std::cmp_greater(totals.conflicts, table.conflicts)) {
    violated("more conflicts counted than there were");
  }
}

void Checker::check_end(const Totals& totals, const Ending& ending) {
  for (const Sent& message : sent_) {
    check_fate(message.id, message.kind);
  }
  check_clear_text();
  check_conflicts();
  if (!ending.crashed && !ending.write_lost &&
      std::cmp_not_equal(totals.conflicts, watched_.table.conflicts)) {
    violated(fmt::format("{} conflicts, of which {} were counted", watched_.table.conflicts,
                         totals.conflicts));
  }
  if (!ending.crashed && totals.in_flight() != 0) {
    violated(
        fmt::format("{} messages received and neither stored nor returned", totals.in_flight()));
  }
}

void Checker::check_fate(const std::string& id, Kind kind) {
  if (watched_.queue.has(id)) {
    if (!may_be_left(id, kind)) {
      violated("left in the queue: " + id);
    }
    return;
  }
  const LedgerKey key = key_of(id);
  const std::size_t rows = watched_.table.rows.count(key);
  const std::size_t records = watched_.table.quarantine.count(key);
  const std::size_t settled = rows + watched_.table.passed_over.count(key);
  if (watched_.queue.dead().contains(id) && settled + records == 0) {
    return;
  }
  if (settled != (kind == Kind::good ? 1U : 0U) || records != (kind == Kind::good ? 0U : 1U)) {
    violated(fmt::format("message {}: {} rows or conflicts, {} quarantine records", id, settled,
                         records));
  }
}

// To the redrive policy, if that is what rejects are for: with what stands behind them.
bool Checker::may_be_left(const std::string& id, Kind kind) const {
  if (watched_.rules.on_reject == OnReject::quarantine) {
    return false;
  }
  const auto place = places_.find(key_of(id));
  if (kind != Kind::good || place == places_.end()) {
    return kind != Kind::good;
  }
  const std::vector<Sent>& group = groups_.at(place->second.group);
  return std::any_of(group.begin(), group.begin() + static_cast<long>(place->second.number),
                     [](const Sent& earlier) { return earlier.kind != Kind::good; });
}

// Where the queue has an order, it is the first message of a business key whose row stays, or the
// last one's that takes its place. Each key is sent in one group. A dead-lettered message may be
// stored late, by a lane that still had it: of its key either order is right.
void Checker::check_conflicts() {
  const SimTable& table = watched_.table;
  if (!table.has_business_key() || watched_.rules.order != Order::by_group) {
    return;
  }
  std::map<std::string, LedgerKey> expected;
  std::set<std::string> loose;
  for (const Sent& message : sent_) {
    const LedgerKey key = key_of(message.id);
    if (watched_.queue.dead().contains(message.id)) {
      loose.insert(message.business_key);
    }
    if (message.kind != Kind::good || !table.ledger.contains(key)) {
      continue;
    }
    const auto [held, is_first] = expected.try_emplace(message.business_key, key);
    if (!is_first && table.on_conflict == OnConflict::update) {
      held->second = key;
    }
  }
  for (const auto& [business_key, holder] : table.holders) {
    const auto right = expected.find(business_key);
    if (!loose.contains(business_key) && (right == expected.end() || right->second != holder)) {
      violated("the row of a business key is not that of its first or last message");
    }
  }
}

void Checker::check_clear_text() {
  for (const auto& [key, row] : watched_.table.rows) {
    for (const std::string& cell : row) {
      if (cell.find(canary) != std::string::npos) {
        violated("clear text in a row");
      }
    }
  }
  for (const auto& [key, record] : watched_.table.quarantine) {
    if (record.sealed_body.find(canary) != std::string::npos) {
      violated("clear text in a quarantine record");
    }
  }
}

void Checker::violated(std::string what) {
  if (!violation_) {
    violation_ = std::move(what);
  }
}

}  // namespace moretta::sim
