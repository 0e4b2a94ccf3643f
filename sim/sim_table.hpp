#pragma once

// A table with ledger and quarantine as the lanes see it, in memory, with faults. All or nothing
// per write, like a transaction; the contract suite holds it to what the real sink does.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "record/column.hpp"
#include "sim/faults.hpp"

namespace moretta::sim {

class SimTable {
 public:
  // What a row looks like, column by column; NULL as "\N".
  using Stored = std::vector<std::string>;

  std::multimap<LedgerKey, Stored> rows;
  std::multimap<LedgerKey, QuarantineRecord> quarantine;
  std::set<LedgerKey> ledger;
  std::vector<LedgerKey> inserted;  // rows, in the order in which they came to the table
  // Of a table whose first column is a business key; `error`: it has none.
  OnConflict on_conflict = OnConflict::error;
  std::map<std::string, LedgerKey> holders;  // whose row has this business key
  std::set<LedgerKey> passed_over;           // whose row is not there, because another's is
  std::size_t conflicts = 0;
  SteadyTime away_until{};  // no connection before that

  // A key that has more than one row or record, if there is any.
  [[nodiscard]] std::optional<LedgerKey> stored_twice() const;
  [[nodiscard]] bool has_business_key() const { return on_conflict != OnConflict::error; }
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

  // Called with the time that a write was stalled for.
  std::function<void(Millis)> on_stall = [](Millis) {
  };

  void open() override {
    between_();
    connect();
  }
  Fates write(const Writes& writes) override;

 private:
  void connect();
  Fates apply(const Writes& writes, SimTable& table) const;
  static Fate store(const KeyedRow& item, SimTable& table, Fates& fates);
  void stall();
  void lose_connection_after_commit();
  bool strikes(Fault fault) { return faults_ != nullptr && faults_->strikes(fault); }

  SimTable& table_;
  Faults* faults_;
  Clock& clock_;
  std::function<void()> between_;
  std::function<bool(const Row&)> refuses_;
};

}  // namespace moretta::sim
