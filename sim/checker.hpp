#pragma once

// Looks whether a promise was broken: what was sent, what became of it, and the first violation.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/tally.hpp"
#include "core/turn.hpp"
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
    TurnRules rules{};
  };

  explicit Checker(const Watched& watched);

  struct Sent {
    std::string id;
    Kind kind = Kind::good;
    std::string business_key;
  };

  // In the order of sending. `group` is that of a FIFO queue, else empty.
  void sent(const Sent& message, const std::string& group);

  // How far the totals can be complete.
  struct Ending {
    bool crashed = false;     // some worker, and took its part of the totals along
    bool write_lost = false;  // a turn was written again, and what it had settled is not known
  };

  // After every step, and when all workers are done.
  void check_step(const Totals& totals);
  void check_end(const Totals& totals, const Ending& ending);

  // Only the first is kept.
  void violated(std::string what);

  [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }
  [[nodiscard]] std::size_t messages() const { return sent_.size(); }

 private:
  [[nodiscard]] LedgerKey key_of(const std::string& id) const;
  void check_fate(const std::string& id, Kind kind);
  [[nodiscard]] bool may_be_left(const std::string& id, Kind kind) const;
  void check_clear_text();
  void check_order();
  void check_turn_of(const LedgerKey& key);
  void check_conflicts();

  struct Place {
    std::string group;
    std::size_t number = 0;  // in its group
  };

  Watched watched_;
  WallTime start_;
  std::vector<Sent> sent_;
  std::map<std::string, std::vector<Sent>> groups_;
  std::map<LedgerKey, Place> places_;
  std::set<LedgerKey> in_order_;  // rows that were looked at
  std::size_t inserted_seen_ = 0;
  std::size_t log_seen_ = 0;
  std::optional<std::string> violation_;
};

}  // namespace moretta::sim
