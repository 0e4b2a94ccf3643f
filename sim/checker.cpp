#include "sim/checker.hpp"

#include <algorithm>

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

void Checker::sent(const std::string& id, Kind kind, const std::string& group) {
  kinds_[id] = kind;
  if (watched_.rules.order == Order::by_group) {
    std::vector<Sent>& before = groups_[group];
    places_[key_of(id)] = {.group = group, .number = before.size()};
    before.push_back({.id = id, .kind = kind});
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
  if (watched_.table.stored_twice()) {
    violated("stored twice");
  }
}

void Checker::check_end(const Totals& totals, bool is_complete) {
  for (const auto& [id, kind] : kinds_) {
    check_fate(id, kind);
  }
  check_clear_text();
  if (is_complete && totals.in_flight() != 0) {
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
  if (watched_.queue.dead().contains(id) && rows + records == 0) {
    return;
  }
  if (rows != (kind == Kind::good ? 1U : 0U) || records != (kind == Kind::good ? 0U : 1U)) {
    violated(fmt::format("message {}: {} rows, {} quarantine records", id, rows, records));
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
