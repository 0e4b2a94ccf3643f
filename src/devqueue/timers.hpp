#pragma once

// What becomes due when. Cancelling costs nothing: the owner changes the message's stamp, and the
// entry is dropped when it comes up or when too many dead ones have gathered.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "devqueue/message.hpp"

namespace moretta::devqueue {

struct Timer {
  WallTime due;
  std::uint64_t stamp;
  Slot slot;
};

class Timers {
 public:
  // O(1) for times that only grow, which is what one visibility timeout for all gives; else O(log
  // n).
  void add(Timer timer) {
    heap_.push_back(timer);
    std::ranges::push_heap(heap_, std::ranges::greater{}, &Timer::due);
  }

  // The earliest timer due by `now`, taken out.
  std::optional<Timer> pop(WallTime now) {
    if (heap_.empty() || heap_.front().due > now) {
      return std::nullopt;
    }
    std::ranges::pop_heap(heap_, std::ranges::greater{}, &Timer::due);
    const Timer timer = heap_.back();
    heap_.pop_back();
    return timer;
  }

  // Not later than the next live timer.
  [[nodiscard]] std::optional<WallTime> next() const {
    return heap_.empty() ? std::nullopt : std::optional(heap_.front().due);
  }

  // Drops dead entries once they outnumber the living; amortised O(1) a timer.
  template <typename IsLive>
  void tidy(std::size_t living, IsLive is_live) {
    if (heap_.size() < 2 * living + spare) {
      return;
    }
    std::erase_if(heap_, [&](const Timer& timer) { return !is_live(timer); });
    std::ranges::make_heap(heap_, std::ranges::greater{}, &Timer::due);
  }

  void clear() { heap_.clear(); }

 private:
  static constexpr std::size_t spare = 4096;  // below this tidying is not worth a pass

  std::vector<Timer> heap_;
};

}  // namespace moretta::devqueue
