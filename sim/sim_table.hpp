#pragma once

// A table with ledger and quarantine as the lanes see it, in memory, with faults. All or nothing
// per write, like a transaction; the contract suite holds it to what the real sink does.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "sim/faults.hpp"

namespace moretta::sim {

class SimTable {
 public:
  // What a row looks like, column by column; NULL as "\N".
  using Stored = std::vector<std::string>;

  std::multimap<LedgerKey, Stored> rows;
  std::multimap<LedgerKey, QuarantineRecord> quarantine;
  SteadyTime away_until{};  // no connection before that

  [[nodiscard]] bool knows(const LedgerKey& key) const {
    return rows.contains(key) || quarantine.contains(key);
  }
};

std::string text_of(const Value& value);

class SimSink final : public Sink {
 public:
  // `refuses` says which rows the table would not have, as a CHECK constraint would.
  SimSink(SimTable& table, Faults* faults, Clock& clock, std::function<void()> between,
          std::function<bool(const Row&)> refuses)
      : table_(table),
        faults_(faults),
        clock_(clock),
        between_(std::move(between)),
        refuses_(std::move(refuses)) {}

  void open() override {
    between_();
    connect();
  }
  Fates write(const Writes& writes) override;

 private:
  void connect();
  bool strikes(Fault fault) { return faults_ != nullptr && faults_->strikes(fault); }

  SimTable& table_;
  Faults* faults_;
  Clock& clock_;
  std::function<void()> between_;
  std::function<bool(const Row&)> refuses_;
};

}  // namespace moretta::sim
