#include "core/trace_log.hpp"

#include <utility>

namespace moretta {

std::string_view trace_step_name(TraceStep step) {
  constexpr std::array<std::string_view, 5> names = {"receive", "decode", "mask", "write",
                                                     "settle"};
  return names.at(static_cast<std::size_t>(step));
}

void TraceLog::add(TracedTurn turn) {
  const std::lock_guard lock(mutex_);
  if (kept_.turns.size() < turns_max) {
    kept_.turns.push_back(std::move(turn));
  } else {
    ++kept_.left_out;
  }
}

TraceLog::Taken TraceLog::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(kept_, {});
}

}  // namespace moretta
