#pragma once

// FIFO queues remember for five minutes: which deduplication ids they accepted, and what a receive
// with an attempt id was given.

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"

namespace moretta::devqueue {

inline constexpr Seconds fifo_memory{300};  // SQS: deduplication and receive-attempt interval

template <typename Value>
class RecentKeys {
 public:
  // What was remembered under the key less than five minutes ago, or null.
  Value* find(const std::string& key, WallTime now) {
    forget_old(now);
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second.second;
  }

  void remember(const std::string& key, Value value, WallTime now) {
    forget_old(now);
    values_.insert_or_assign(key, std::pair(now, std::move(value)));
    ages_.emplace_back(now, key);
  }

 private:
  void forget_old(WallTime now) {
    while (!ages_.empty() && ages_.front().first + fifo_memory <= now) {
      const auto found = values_.find(ages_.front().second);
      // A key that was remembered again is younger than this entry.
      if (found != values_.end() && found->second.first == ages_.front().first) {
        values_.erase(found);
      }
      ages_.pop_front();
    }
  }

  std::unordered_map<std::string, std::pair<WallTime, Value>> values_;
  std::deque<std::pair<WallTime, std::string>> ages_;
};

}  // namespace moretta::devqueue
