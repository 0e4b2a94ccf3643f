#pragma once

// Tries the texts of a space against all targets at once. Tells which targets fell, never by what.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "audit/digest_kind.hpp"
#include "audit/lane_kernel.hpp"
#include "audit/space.hpp"
#include "audit/targets.hpp"

namespace moretta::audit {

// Those that this machine can run, the fastest first; never empty.
std::span<const LaneKernel* const> usable_kernels();

// One for each thread.
class Sweep {
 public:
  // Everything is borrowed and outlives the sweep.
  Sweep(const Space& space, DigestKind kind, const Targets& targets, const LaneKernel& kernel);

  // Tries every suffix behind each of the prefixes number first … first + count - 1 of a fixed
  // shuffle, so that what was tried at any moment is a fair sample of the space.
  // REQUIRED: first + count <= space.prefixes().
  void try_prefixes(std::uint64_t first, std::uint64_t count);

  // Which prefix of the space is number `i` of the shuffle.
  [[nodiscard]] std::uint64_t shuffled(std::uint64_t i) const;

  // By target; only ever grows.
  [[nodiscard]] const std::vector<bool>& fallen() const { return fallen_; }

 private:
  struct alignas(lane_alignment_bytes) Lanes {
    std::uint32_t block[block_words * digest_lanes];
    std::uint32_t state[digest_words_max * digest_lanes];
  };
  // What a suffix and the end mark behind it add to the two words they stand in, for each place
  // that they can begin at in a word.
  struct SuffixWords {
    std::vector<std::uint32_t> first;
    std::vector<std::uint32_t> second;
  };

  void try_prefix(std::uint64_t index);
  void try_suffixes(std::size_t chunk, std::size_t word, const SuffixWords& suffix);
  void look(std::size_t lanes);

  Lanes lanes_;
  std::uint32_t base_[block_words] = {};  // the block of the prefix alone
  const Space& space_;
  const Targets& targets_;
  DigestKind kind_;
  LaneHash hash_;
  std::size_t words_;
  std::uint64_t stride_;
  SuffixWords suffix_words_[4];
  std::vector<std::uint32_t> suffix_bits_;  // its length
  std::vector<bool> fallen_;
};

}  // namespace moretta::audit
