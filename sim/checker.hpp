#pragma once

// Looks whether a promise was broken: what was sent, what became of it, and the first violation.

#include <map>
#include <optional>
#include <string>

#include "core/tally.hpp"
#include "sim/sim_queue.hpp"
#include "sim/sim_table.hpp"

namespace moretta::sim {

// Of a message: what it has to become.
enum class Kind {
  good,       // a row
  malformed,  // a record: no row can be made of it
  refused,    // a record: the table would not have its row
};

class Checker {
 public:
  // All must outlive the checker.
  struct Watched {
    SimQueue& queue;
    const SimTable& table;
    const std::string& log_text;
    const Clock& clock;
  };

  explicit Checker(const Watched& watched);

  void sent(const std::string& id, Kind kind) { kinds_[id] = kind; }

  // After every step, and when all workers are done. `is_complete` says that no worker crashed,
  // which would have taken its part of the totals along.
  void check_step(const Totals& totals);
  void check_end(const Totals& totals, bool is_complete);

  // Only the first is kept.
  void violated(std::string what);

  [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }
  [[nodiscard]] std::size_t messages() const { return kinds_.size(); }

 private:
  [[nodiscard]] LedgerKey key_of(const std::string& id) const;
  void check_fate(const std::string& id, Kind kind);
  void check_clear_text();

  Watched watched_;
  WallTime start_;
  std::map<std::string, Kind> kinds_;
  std::size_t log_seen_ = 0;
  std::optional<std::string> violation_;
};

}  // namespace moretta::sim
