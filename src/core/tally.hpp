#pragma once

// What happened to the messages, counted. A lane has one of its own and is the only one to write to
// it; anybody may read at any time.

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "record/reject.hpp"

namespace moretta {

// How often messages were rejected because of one column, by reason.
using RejectCounts = std::array<std::int64_t, reason_count>;

// A snapshot, or the sum of several.
struct Totals {
  std::int64_t received = 0;
  std::int64_t stored = 0;
  std::int64_t duplicate = 0;
  std::int64_t quarantined = 0;
  std::int64_t returned = 0;
  std::int64_t turns = 0;
  std::int64_t conflicts = 0;  // of business keys; each is also a duplicate or stored
  std::int64_t unsettled = 0;  // done, but not deleted or returned; the queue will give them again
  RejectCounts rejects{};

  Totals& operator+=(const Totals& other);
  bool operator==(const Totals&) const = default;

  [[nodiscard]] std::int64_t in_flight() const {
    return received - stored - duplicate - quarantined - returned;
  }
};

class Tally {
 public:
  // `columns` are the table's: rejects are counted for each.
  explicit Tally(std::vector<std::string> columns = {});

  void received(std::size_t messages);
  void settled(Outcome outcome);
  void rejected(const Reject& reject);
  void conflicted(std::size_t rows);
  void turn_done(std::size_t unsettled, SteadyTime now);

  [[nodiscard]] Totals totals() const;

  // One for each column, and one more for what is no column's fault.
  [[nodiscard]] std::vector<RejectCounts> rejects_by_column() const;

  // The end of the last turn; the epoch if there was none.
  [[nodiscard]] SteadyTime last_turn() const { return last_turn_.load(); }

 private:
  using Cell = std::atomic<std::int64_t>;

  static void add(Cell& cell, std::size_t count = 1) {
    cell.fetch_add(static_cast<std::int64_t>(count), std::memory_order_relaxed);
  }

  Cell received_ = 0;
  Cell stored_ = 0;
  Cell duplicate_ = 0;
  Cell quarantined_ = 0;
  Cell returned_ = 0;
  Cell turns_ = 0;
  Cell conflicts_ = 0;
  Cell unsettled_ = 0;
  std::vector<std::string> columns_;
  std::deque<std::array<Cell, reason_count>> rejects_;  // as rejects_by_column(); cells do not move
  std::atomic<SteadyTime> last_turn_ = SteadyTime{};
};

}  // namespace moretta
