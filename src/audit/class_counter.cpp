#include "audit/class_counter.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/ensure.hpp"

namespace moretta::audit {

namespace {

constexpr std::size_t slots_min = 64;
constexpr unsigned level_max = 40;  // 2^60 different values

// Fingerprints come from a hash made for tables; this spreads them over all bits (the finaliser of
// MurmurHash3).
std::uint64_t mixed(std::uint64_t x) {
  x ^= x >> 33U;
  x *= 0xff51afd7ed558ccdU;
  x ^= x >> 33U;
  x *= 0xc4ceb9fe1a85ec53U;
  return x ^ (x >> 33U);
}

std::size_t size_group(std::int64_t count) {
  std::size_t group = 0;
  while (group + 1 < class_size_floors.size() && count >= class_size_floors.at(group + 1)) {
    ++group;
  }
  return group;
}

double weight(std::int64_t count) {
  const auto real = static_cast<double>(count);
  return real * std::log2(real);
}

}  // namespace

ClassCounter::ClassCounter(std::size_t classes) : classes_(classes), slots_(slots_min) {
  ENSURE(classes >= 2 * frequent_max && classes <= classes_max);
}

bool ClassCounter::is_sampled(std::uint64_t fingerprint) const {
  return level_ == 0 || mixed(fingerprint) >> (64U - level_) == 0;
}

ClassCounter::Slot& ClassCounter::slot_of(std::uint64_t fingerprint) {
  // Ends: at least half of the slots are empty.
  std::size_t at = mixed(fingerprint) & (slots_.size() - 1);
  while (slots_[at].count != 0 && slots_[at].fingerprint != fingerprint) {
    at = (at + 1) & (slots_.size() - 1);
  }
  return slots_[at];
}

void ClassCounter::rebuild(std::size_t slots) {
  std::vector<Slot> old(slots);
  old.swap(slots_);
  used_ = 0;
  for (const Slot& slot : old) {
    if (slot.count != 0 && is_sampled(slot.fingerprint)) {
      slot_of(slot.fingerprint) = slot;
      ++used_;
    }
  }
}

// The counts up to here are exact, so the highest of them are what the space-saving algorithm would
// have kept, without its error.
void ClassCounter::begin_sampling() {
  std::vector<Slot> kept;
  std::ranges::copy_if(slots_, std::back_inserter(kept),
                       [](const Slot& slot) { return slot.count != 0; });
  std::ranges::partial_sort(kept, kept.begin() + frequent_max, std::ranges::greater{},
                            &Slot::count);
  for (std::size_t i = 0; i < frequent_max; ++i) {
    frequent_.emplace(kept[i].fingerprint, Frequent{.count = kept[i].count});
    by_count_.emplace(kept[i].count, kept[i].fingerprint);
  }
}

void ClassCounter::count_frequent(std::uint64_t fingerprint) {
  auto found = frequent_.find(fingerprint);
  if (found == frequent_.end()) {
    const auto [least, victim] = *by_count_.begin();
    frequent_.erase(victim);
    by_count_.erase(by_count_.begin());
    found = frequent_.emplace(fingerprint, Frequent{.count = least, .excess_max = least}).first;
  } else {
    by_count_.erase({found->second.count, fingerprint});
  }
  ++found->second.count;
  by_count_.emplace(found->second.count, fingerprint);
}

void ClassCounter::add(std::uint64_t fingerprint) {
  ++rows_;
  if (level_ > 0) {
    count_frequent(fingerprint);
    if (!is_sampled(fingerprint)) {
      return;
    }
  }
  Slot& slot = slot_of(fingerprint);
  slot.fingerprint = fingerprint;
  if (++slot.count > 1) {
    return;
  }
  ++used_;
  if (used_ > classes_) {
    if (level_ == 0) {
      begin_sampling();
    }
    ++level_;
    ENSURE(level_ <= level_max);
    rebuild(slots_.size());
  } else if (2 * used_ > slots_.size()) {
    rebuild(2 * slots_.size());
  }
}

std::vector<std::int64_t> ClassCounter::highest_counts() const {
  std::vector<std::int64_t> counts;
  if (level_ > 0) {
    for (const auto& [fingerprint, frequent] : frequent_) {
      counts.push_back(frequent.count - frequent.excess_max);
    }
  } else {
    for (const Slot& slot : slots_) {
      if (slot.count != 0) {
        counts.push_back(slot.count);
      }
    }
  }
  constexpr std::size_t top = 10;
  const std::size_t kept = std::min(top, counts.size());
  std::ranges::partial_sort(counts, counts.begin() + static_cast<std::ptrdiff_t>(kept),
                            std::ranges::greater{});
  counts.resize(kept);
  return counts;
}

ClassFigures ClassCounter::figures() const {
  ClassFigures figures{.rows = rows_, .is_exact = level_ == 0};
  const std::int64_t scale = std::int64_t{1} << level_;
  double weights = 0;
  for (const Slot& slot : slots_) {
    if (slot.count == 0) {
      continue;
    }
    figures.distinct += scale;
    figures.by_size.at(size_group(slot.count)) += scale;
    figures.smallest = figures.smallest == 0 ? slot.count : std::min(figures.smallest, slot.count);
    if (!frequent_.contains(slot.fingerprint)) {
      weights += static_cast<double>(scale) * weight(slot.count);
    }
  }
  for (const auto& [fingerprint, frequent] : frequent_) {
    if (const std::int64_t sure = frequent.count - frequent.excess_max; sure > 0) {
      weights += weight(sure);
    }
  }
  figures.unique = figures.by_size[0];
  const std::vector<std::int64_t> highest = highest_counts();
  figures.largest = highest.empty() ? 0 : highest.front();
  figures.top10 = std::accumulate(highest.begin(), highest.end(), std::int64_t{0});
  if (rows_ > 0) {
    const auto rows = static_cast<double>(rows_);
    figures.entropy_bits = std::max(0.0, std::log2(rows) - weights / rows);
  }
  return figures;
}

}  // namespace moretta::audit
