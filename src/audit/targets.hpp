#pragma once

// Digests to be found, all at once: one bit test answers for nearly every candidate that it is none
// of them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audit/digest_kind.hpp"

namespace moretta::audit {

inline constexpr std::size_t targets_max = 1'000'000;  // 64 MB of tables

class Targets {
 public:
  // REQUIRED: no digest twice, at most targets_max.
  explicit Targets(std::span<const DigestWords> digests);

  [[nodiscard]] std::size_t size() const { return digests_.size(); }

  // False: none of the targets begins with this word. True: one may.
  [[nodiscard]] bool may_hold(std::uint32_t first_word) const {
    const std::uint32_t bit = first_word & bitmap_mask_;
    return (bitmap_[bit >> 6U] >> (bit & 63U) & 1U) != 0;
  }

  // The target's number.
  [[nodiscard]] std::optional<std::size_t> find(const DigestWords& digest) const;

 private:
  std::vector<DigestWords> digests_;
  std::vector<std::uint64_t> bitmap_;
  std::uint32_t bitmap_mask_ = 0;
  std::vector<std::uint32_t> slots_;  // number + 1 by first word, open addressing; 0 is empty
};

}  // namespace moretta::audit
