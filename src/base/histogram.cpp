#include "base/histogram.hpp"

#include <cmath>

namespace moretta {

HistogramCounts& HistogramCounts::operator+=(const HistogramCounts& other) {
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    buckets[i] += other.buckets[i];
  }
  count += other.count;
  sum += other.sum;
  return *this;
}

HistogramCounts& HistogramCounts::operator-=(const HistogramCounts& other) {
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    buckets[i] -= other.buckets[i];
  }
  count -= other.count;
  sum -= other.sum;
  return *this;
}

std::int64_t HistogramCounts::quantile(double share) const {
  const auto rank = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count)));
  std::int64_t below = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    below += buckets[i];
    if (below >= rank && below > 0) {
      return static_cast<std::int64_t>(histogram_bucket_max(i));
    }
  }
  return 0;
}

HistogramCounts Histogram::counts() const {
  HistogramCounts counts;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    counts.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
    counts.count += counts.buckets[i];
  }
  counts.sum = sum_.load(std::memory_order_relaxed);
  return counts;
}

}  // namespace moretta
