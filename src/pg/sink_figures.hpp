#pragma once

// What a sink knows of its server besides what it stored. Written by the sink's thread, read by
// any.

#include <atomic>
#include <cstdint>

namespace moretta::pg {

// A snapshot. Rows are the planner's estimates; -1: unknown.
struct SinkReading {
  std::int64_t connections = 0;  // opened so far; each but the first is a reconnect
  std::int64_t ledger_rows = -1;
  std::int64_t vault_rows = -1;
  std::int64_t quarantine_rows = -1;
};

class SinkFigures {
 public:
  void connected() { connections_.fetch_add(1, std::memory_order_relaxed); }
  void rows(std::int64_t ledger, std::int64_t vault, std::int64_t quarantine) {
    ledger_rows_.store(ledger, std::memory_order_relaxed);
    vault_rows_.store(vault, std::memory_order_relaxed);
    quarantine_rows_.store(quarantine, std::memory_order_relaxed);
  }

  [[nodiscard]] SinkReading reading() const {
    return {.connections = connections_.load(),
            .ledger_rows = ledger_rows_.load(),
            .vault_rows = vault_rows_.load(),
            .quarantine_rows = quarantine_rows_.load()};
  }

 private:
  std::atomic<std::int64_t> connections_ = 0;
  std::atomic<std::int64_t> ledger_rows_ = -1;
  std::atomic<std::int64_t> vault_rows_ = -1;
  std::atomic<std::int64_t> quarantine_rows_ = -1;
};

}  // namespace moretta::pg
