#pragma once

// How often each value of a column occurs, in bounded memory: exact up to classes_max different
// values; beyond that the values of a random part of them, scaled up, and the frequent ones by the
// space-saving algorithm (Metwally, Agrawal, El Abbadi, 2005).

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace moretta::audit {

// 16 bytes a slot at a load of at most one half: 32 MiB for each column, and only when full.
inline constexpr std::size_t classes_max = std::size_t{1} << 20U;

// Classes by size: 1, 2, 3-4, 5-9, 10-19, 20-99, 100 and more.
inline constexpr std::array<std::int64_t, 7> class_size_floors = {1, 2, 3, 5, 10, 20, 100};

struct ClassFigures {
  std::int64_t rows = 0;
  std::int64_t distinct = 0;
  std::int64_t unique = 0;    // values that occur once
  std::int64_t smallest = 0;  // rows of the rarest value
  std::int64_t largest = 0;
  std::int64_t top10 = 0;  // rows of the ten most frequent values
  double entropy_bits = 0;
  std::array<std::int64_t, class_size_floors.size()> by_size{};  // classes
  bool is_exact = true;
};

class ClassCounter {
 public:
  // Fewer than classes_max for tests.
  explicit ClassCounter(std::size_t classes = classes_max);

  void add(std::uint64_t fingerprint);
  [[nodiscard]] ClassFigures figures() const;

 private:
  struct Slot {
    std::uint64_t fingerprint = 0;
    std::int64_t count = 0;  // 0: empty
  };
  struct Frequent {
    std::int64_t count = 0;
    std::int64_t excess_max = 0;  // the count may be too high by so much
  };

  static constexpr std::size_t frequent_max = 1000;  // what is in 0.1 % of the rows is never missed

  [[nodiscard]] bool is_sampled(std::uint64_t fingerprint) const;
  Slot& slot_of(std::uint64_t fingerprint);
  void rebuild(std::size_t slots);
  void begin_sampling();
  void count_frequent(std::uint64_t fingerprint);
  [[nodiscard]] std::vector<std::int64_t> highest_counts() const;

  std::size_t classes_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  std::int64_t rows_ = 0;
  unsigned level_ = 0;  // one class in 2^level is counted
  std::unordered_map<std::uint64_t, Frequent> frequent_;
  std::set<std::pair<std::int64_t, std::uint64_t>> by_count_;
};

}  // namespace moretta::audit
