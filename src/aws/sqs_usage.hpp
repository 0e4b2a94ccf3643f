#pragma once

// How many requests a client has made, by operation: what SQS counts and bills. Written by the
// client's thread, read by any.

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace moretta::aws {

inline constexpr std::array<std::string_view, 5> counted_operations = {
    "ReceiveMessage", "DeleteMessageBatch", "ChangeMessageVisibilityBatch", "GetQueueAttributes",
    "other"};

// A snapshot, or the sum of several.
struct SqsCounts {
  std::array<std::int64_t, counted_operations.size()> requests{};  // as counted_operations
  std::int64_t empty_receives = 0;  // answers to ReceiveMessage without a message
  std::int64_t failures = 0;        // requests without an answer, or with an error for an answer

  SqsCounts& operator+=(const SqsCounts& other) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      requests[i] += other.requests[i];
    }
    empty_receives += other.empty_receives;
    failures += other.failures;
    return *this;
  }
  bool operator==(const SqsCounts&) const = default;
};

class SqsUsage {
 public:
  void request(std::string_view operation) {
    std::size_t index = 0;
    while (index + 1 < counted_operations.size() && counted_operations[index] != operation) {
      ++index;
    }
    requests_[index].fetch_add(1, std::memory_order_relaxed);
  }
  void empty_receive() { empty_receives_.fetch_add(1, std::memory_order_relaxed); }
  void failure() { failures_.fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] SqsCounts counts() const {
    SqsCounts counts{.empty_receives = empty_receives_.load(), .failures = failures_.load()};
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      counts.requests[i] = requests_[i].load(std::memory_order_relaxed);
    }
    return counts;
  }

 private:
  std::array<std::atomic<std::int64_t>, counted_operations.size()> requests_{};
  std::atomic<std::int64_t> empty_receives_ = 0;
  std::atomic<std::int64_t> failures_ = 0;
};

}  // namespace moretta::aws
