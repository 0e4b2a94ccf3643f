#pragma once

// Calls that may block for longer than anybody wants to wait and that nothing cuts short: a name
// lookup above all.

#include <algorithm>
#include <functional>
#include <future>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "base/clock.hpp"

namespace moretta {

// What `call` gives, on a thread of its own; nullopt if it takes longer than `limit`. Then it is
// left to itself, and what it gives is destroyed on its thread: it must own all that it uses.
// `while_waiting` runs about once a second in the calling thread; what it throws ends the wait.
template <typename Call>
std::optional<std::invoke_result_t<Call>> within(
    Millis limit, Call call, const std::function<void()>& while_waiting = [] {}) {
  constexpr Millis slice_max{1'000};
  std::packaged_task<std::invoke_result_t<Call>()> task(std::move(call));
  auto result = task.get_future();
  std::thread(std::move(task)).detach();
  for (Millis waited{0}; waited < limit; waited += slice_max) {
    if (result.wait_for(std::min(slice_max, limit - waited)) == std::future_status::ready) {
      return result.get();
    }
    while_waiting();
  }
  return std::nullopt;
}

}  // namespace moretta
