#pragma once

// How often a size occurred: a count per bucket, four buckets to each doubling, so that a quantile
// is off by an eighth at most. To note one costs a dozen instructions and no lock.

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace moretta {

// The shape that every histogram has: bucket i holds what is at most bucket_max(i) and more than
// bucket_max(i - 1).
inline constexpr std::size_t histogram_parts = 4;     // of a doubling
inline constexpr std::size_t histogram_octaves = 41;  // up to 2^42: 73 minutes in nanoseconds
inline constexpr std::size_t histogram_buckets = histogram_parts * histogram_octaves;

// The last bucket takes all that is larger.
constexpr std::size_t histogram_bucket(std::uint64_t value) {
  const std::uint64_t above = value < 2 ? 0 : value - 1;  // upper bounds belong to their bucket
  if (above < histogram_parts) {
    return static_cast<std::size_t>(above);
  }
  const auto octave = static_cast<std::size_t>(std::bit_width(above)) - 1;  // 2 or more
  const std::size_t part = (above >> (octave - 2)) & (histogram_parts - 1);
  const std::size_t bucket = histogram_parts * (octave - 1) + part;
  return bucket < histogram_buckets ? bucket : histogram_buckets - 1;
}

constexpr std::uint64_t histogram_bucket_max(std::size_t bucket) {
  if (bucket < histogram_parts) {
    return bucket + 1;
  }
  const std::size_t octave = bucket / histogram_parts + 1;
  const std::uint64_t part = bucket % histogram_parts;
  return (histogram_parts + part + 1) << (octave - 2);
}

// A snapshot, the sum of several, or what came between two.
struct HistogramCounts {
  std::array<std::int64_t, histogram_buckets> buckets{};
  std::int64_t count = 0;
  std::int64_t sum = 0;

  HistogramCounts& operator+=(const HistogramCounts& other);
  HistogramCounts& operator-=(const HistogramCounts& other);
  bool operator==(const HistogramCounts&) const = default;

  // An upper bound of the value below which `share` of all lie; 0 if there are none.
  [[nodiscard]] std::int64_t quantile(double share) const;
};

// Written by one thread, read by any.
class Histogram {
 public:
  void note(std::int64_t value) {
    const auto size = static_cast<std::uint64_t>(value < 0 ? 0 : value);
    add(buckets_[histogram_bucket(size)], 1);
    add(sum_, static_cast<std::int64_t>(size));
  }

  [[nodiscard]] HistogramCounts counts() const;

 private:
  using Cell = std::atomic<std::int64_t>;

  // One writer: no need for the bus to be locked.
  static void add(Cell& cell, std::int64_t more) {
    cell.store(cell.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }

  std::array<Cell, histogram_buckets> buckets_{};
  Cell sum_ = 0;
};

}  // namespace moretta
