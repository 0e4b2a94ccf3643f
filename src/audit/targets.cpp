#include "audit/targets.hpp"

#include <algorithm>
#include <bit>

#include "base/ensure.hpp"

namespace moretta::audit {

namespace {

// Bits for each target: one candidate in 64 is looked at twice, which costs little, and the bitmap
// of 10,000 targets stays in a core's own cache.
constexpr std::size_t bits_per_target = 64;
constexpr std::size_t bitmap_bits_min = 1U << 13U;

}  // namespace

Targets::Targets(std::span<const DigestWords> digests) : digests_(digests.begin(), digests.end()) {
  ENSURE(digests_.size() <= targets_max);
  const std::size_t bits =
      std::bit_ceil(std::max(bitmap_bits_min, digests_.size() * bits_per_target));
  bitmap_.resize(bits / 64);
  bitmap_mask_ = static_cast<std::uint32_t>(bits - 1);
  slots_.resize(std::bit_ceil(2 * digests_.size() + 1));
  for (std::size_t i = 0; i < digests_.size(); ++i) {
    const std::uint32_t word = digests_[i][0];
    bitmap_[(word & bitmap_mask_) >> 6U] |= std::uint64_t{1} << (word & 63U);
    std::size_t slot = word & (slots_.size() - 1);
    while (slots_[slot] != 0) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

std::optional<std::size_t> Targets::find(const DigestWords& digest) const {
  // Ends: more than half of the slots are empty.
  for (std::size_t slot = digest[0] & (slots_.size() - 1); slots_[slot] != 0;
       slot = (slot + 1) & (slots_.size() - 1)) {
    if (digests_[slots_[slot] - 1] == digest) {
      return slots_[slot] - 1;
    }
  }
  return std::nullopt;
}

}  // namespace moretta::audit
