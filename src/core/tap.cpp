#include "core/tap.hpp"

#include <algorithm>
#include <utility>

#include "base/ensure.hpp"

namespace moretta {

void Tap::rows(int lane, const Writes& writes, const Fates& fates) {
  ENSURE(fates.rows.size() == writes.rows.size());
  const std::lock_guard lock(mutex_);
  const std::size_t step = std::max<std::size_t>(1, writes.rows.size() / turn_rows_max);
  for (std::size_t i = 0; i < writes.rows.size(); i += step) {
    const bool is_stored = fates.rows[i] == Fate::stored;
    if (!is_stored && fates.rows[i] != Fate::duplicate) {
      continue;
    }
    if (!may_take(clock_.steady())) {
      return;
    }
    take(lane, is_stored ? TapItem::Kind::stored : TapItem::Kind::duplicate,
         render_.row(writes.rows[i].row));
  }
}

void Tap::reject(int lane, const Reject& reject) {
  const std::lock_guard lock(mutex_);
  if (may_take(clock_.steady())) {
    take(lane, TapItem::Kind::reject, render_.reject(reject));
  }
}

std::vector<TapItem> Tap::look(std::uint64_t after) {
  const std::lock_guard lock(mutex_);
  open_until_ = clock_.steady() + open_for;
  is_open_.store(true, std::memory_order_relaxed);
  const auto first =
      std::ranges::find_if(items_, [after](const TapItem& item) { return item.number > after; });
  return {first, items_.end()};
}

// Closes it once nobody has looked for a while.
bool Tap::may_take(SteadyTime now) {
  if (now > open_until_) {
    is_open_.store(false, std::memory_order_relaxed);
    items_.clear();
    return false;
  }
  if (now - second_begun_ >= Seconds{1}) {
    second_begun_ = now;
    taken_in_second_ = 0;
  }
  return taken_in_second_ < second_max;
}

void Tap::take(int lane, TapItem::Kind kind, std::string text) {
  ++taken_in_second_;
  items_.push_back({.number = ++last_number_,
                    .at = clock_.wall(),
                    .lane = lane,
                    .kind = kind,
                    .text = std::move(text)});
  if (items_.size() > items_max) {
    items_.pop_front();
  }
}

}  // namespace moretta
