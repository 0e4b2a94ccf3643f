#pragma once

// The messages that a drain's lanes left to the queue's redrive policy: not theirs any more, and
// not a reason to go on. One for all lanes, because whoever looks at the queue sees what all of
// them left.

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.hpp"

namespace moretta {

// Thread-safe.
class LeftMessages {
 public:
  // Past that a drain just takes longer.
  static constexpr std::size_t ids_max = 100'000;

  // The queue hides it until then. True if it had not been left before.
  bool leave(const std::string& id, SteadyTime hidden_until) {
    const std::lock_guard lock(mutex_);
    const auto found = hidden_until_.find(id);
    if (found != hidden_until_.end()) {
      found->second = std::max(found->second, hidden_until);
      return false;
    }
    return hidden_until_.size() < ids_max && hidden_until_.emplace(id, hidden_until).second;
  }

  // How many the queue still hides. Once its lease is over, a message may have gone to the
  // dead-letter queue: what the queue then counts is another one.
  [[nodiscard]] std::size_t hidden(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count_if(
        hidden_until_, [now](const auto& left) { return left.second > now; }));
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, SteadyTime> hidden_until_;  // by id; guarded by mutex_
};

}  // namespace moretta
