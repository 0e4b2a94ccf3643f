#pragma once

// A window on what passes through the lanes, for somebody who watches now and then (`moretta tap`).
// While nobody does, it costs a lane one relaxed load a turn and one for each reject.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "core/ports.hpp"

namespace moretta {

struct TapItem {
  enum class Kind { stored, duplicate, reject };

  std::uint64_t number = 0;  // from 1, in the order in which they were taken
  WallTime at{};
  int lane = 0;
  Kind kind = Kind::stored;
  std::string text;  // as it was rendered
};

// Thread-safe.
class Tap {
 public:
  // What is shown of a row or a reject; called in the lane's thread, one at a time. Must not show
  // clear text.
  struct Renderers {
    std::function<std::string(const Row&)> row;
    std::function<std::string(const Reject&)> reject;
  };

  static constexpr Seconds open_for{3};            // after the last look
  static constexpr std::size_t turn_rows_max = 5;  // taken of one turn, spread over it
  static constexpr std::size_t second_max = 100;   // taken in a second, of all lanes
  static constexpr std::size_t items_max = 500;    // kept for the next look

  // `clock` must outlive the tap.
  Tap(Renderers renderers, const Clock& clock) : render_(std::move(renderers)), clock_(clock) {}

  [[nodiscard]] bool is_open() const { return is_open_.load(std::memory_order_relaxed); }

  // For lanes, after the write: some of the rows that were stored. REQUIRED: fates of the writes.
  void rows(int lane, const Writes& writes, const Fates& fates);
  void reject(int lane, const Reject& reject);

  // Opens it, and gives what was taken after item `after`, oldest first.
  std::vector<TapItem> look(std::uint64_t after);

 private:
  bool may_take(SteadyTime now);
  void take(int lane, TapItem::Kind kind, std::string text);

  Renderers render_;
  const Clock& clock_;
  std::atomic<bool> is_open_ = false;

  std::mutex mutex_;  // guards what follows
  SteadyTime open_until_{};
  SteadyTime second_begun_{};
  std::size_t taken_in_second_ = 0;
  std::uint64_t last_number_ = 0;
  std::deque<TapItem> items_;
};

}  // namespace moretta
