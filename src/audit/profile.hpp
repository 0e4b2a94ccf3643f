#pragma once

// What is learnt of a table while its rows go by once: nothing of it can be turned back into a
// value, but for the sample of unkeyed digests, which is there to be broken.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/class_counter.hpp"
#include "audit/digest_kind.hpp"
#include "audit/prove.hpp"
#include "audit/shape.hpp"

namespace moretta::audit {

// Of each kind in each column: as many as the bitmap tests at full speed.
inline constexpr std::size_t sample_digests_max = 10'000;

// Value or NULL.
using Cell = std::optional<std::string_view>;

class ColumnProfile {
 public:
  void add(const Cell& cell);

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::int64_t nulls() const { return nulls_; }
  [[nodiscard]] std::int64_t count(Shape shape) const {
    return shapes_.at(static_cast<std::size_t>(shape));
  }
  // Rows of tokens by shape and key id; id 0 for those that name none.
  [[nodiscard]] const std::map<std::pair<Shape, int>, std::int64_t>& tokens() const {
    return tokens_;
  }
  [[nodiscard]] ClassFigures figures() const { return classes_.figures(); }
  // Empty if there are none of that kind.
  [[nodiscard]] DigestSample sample(DigestKind kind) const;

 private:
  using Sample = std::set<DigestWords>;  // the lowest: digests are as good as random

  void keep(DigestKind kind, std::string_view digits);

  std::int64_t rows_ = 0;
  std::int64_t nulls_ = 0;
  std::array<std::int64_t, shapes> shapes_{};
  std::map<std::pair<Shape, int>, std::int64_t> tokens_;
  ClassCounter classes_;
  std::array<Sample, 2> samples_;
};

// Rows that look alike in the columns that an outsider may know: k-anonymity (Sweeney, 2002).
class GroupProfile {
 public:
  // NULL is a value of its own here.
  void add(std::span<const Cell> cells);
  [[nodiscard]] ClassFigures figures() const { return classes_.figures(); }

 private:
  ClassCounter classes_;
};

}  // namespace moretta::audit
