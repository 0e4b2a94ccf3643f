#pragma once

// What happened to the messages, counted. A lane has one of its own and is the only one to write to
// it; anybody may read at any time.

#include <array>
#include <atomic>
#include <cstdint>

#include "core/ports.hpp"
#include "record/reject.hpp"

namespace moretta {

// A snapshot, or the sum of several.
struct Totals {
  std::int64_t received = 0;
  std::int64_t stored = 0;
  std::int64_t duplicate = 0;
  std::int64_t quarantined = 0;
  std::int64_t returned = 0;
  std::int64_t turns = 0;
  std::int64_t unsettled = 0;  // done, but not deleted or returned; the queue will give them again
  std::array<std::int64_t, reason_count> rejects{};

  Totals& operator+=(const Totals& other);
  bool operator==(const Totals&) const = default;

  [[nodiscard]] std::int64_t in_flight() const {
    return received - stored - duplicate - quarantined - returned;
  }
};

class Tally {
 public:
  void received(std::size_t messages);
  void settled(Outcome outcome);
  void rejected(Reason reason);
  void turn_done(std::size_t unsettled, SteadyTime now);

  [[nodiscard]] Totals totals() const;
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
  Cell unsettled_ = 0;
  std::array<Cell, reason_count> rejects_{};
  std::atomic<SteadyTime> last_turn_ = SteadyTime{};
};

}  // namespace moretta
