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
            violated("an outage of the table cost more than one receive: " + id);
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
    violated("left in the queue: " + id);
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
