#include "audit/sweep.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

#include "base/ensure.hpp"

namespace moretta::audit {

namespace {

constexpr std::size_t word_bytes = 4;
constexpr std::size_t lanes_count = digest_lanes;
constexpr unsigned char end_mark = 0x80;  // of the padding, RFC 1321 section 3.1

void put_byte(DigestKind kind, std::size_t at, unsigned char byte, std::uint32_t* words) {
  const auto bits = static_cast<unsigned>(8 * (at % word_bytes));
  words[at / word_bytes] |= std::uint32_t{byte} << (kind == DigestKind::md5 ? bits : 24 - bits);
}

// The word of a block that holds the message's length in bits, as far as it is ever used here.
std::size_t length_word(DigestKind kind) {
  return kind == DigestKind::md5 ? 14 : 15;
}

// A step through all prefixes that has no factor in common with their number, so that it meets each
// once; by the golden ratio, so that any stretch of it is spread evenly.
std::uint64_t shuffle_stride(std::uint64_t prefixes) {
  constexpr double golden = 0.6180339887498949;
  auto stride = static_cast<std::uint64_t>(static_cast<double>(prefixes) * golden) | 1U;
  while (std::gcd(stride, prefixes) != 1) {
    stride += 2;  // ends: some odd number below any limit here is coprime, if only a prime
  }
  return stride;
}

std::size_t padded_to_lanes(std::size_t count) {
  return (count + lanes_count - 1) / lanes_count * lanes_count;
}

}  // namespace

std::span<const LaneKernel* const> usable_kernels() {
#if defined(__x86_64__)
  static constexpr std::array<const LaneKernel*, 3> all = {&avx512_kernel, &avx2_kernel,
                                                           &portable_kernel};
  const std::span<const LaneKernel* const> kernels(all);
  if (__builtin_cpu_supports("avx512f") != 0) {
    return kernels;
  }
  return kernels.subspan(__builtin_cpu_supports("avx2") != 0 ? 1 : 2);
#else
  static constexpr std::array<const LaneKernel*, 1> all = {&portable_kernel};
  return all;
#endif
}

Sweep::Sweep(const Space& space, DigestKind kind, const Targets& targets, const LaneKernel& kernel)
    : space_(space),
      targets_(targets),
      kind_(kind),
      hash_(kind == DigestKind::md5 ? kernel.md5 : kernel.sha256),
      words_(digest_words(kind)),
      stride_(shuffle_stride(space.prefixes())),
      fallen_(targets.size()) {
  const auto& suffixes = space.suffixes();
  const std::size_t padded = padded_to_lanes(suffixes.size());
  suffix_bits_.resize(padded);
  for (std::size_t place = 0; place < word_bytes; ++place) {
    suffix_words_[place].first.resize(padded);
    suffix_words_[place].second.resize(padded);
    for (std::size_t i = 0; i < suffixes.size(); ++i) {
      std::uint32_t words[2] = {};
      std::size_t at = place;
      for (const char c : suffixes[i]) {
        put_byte(kind, at++, static_cast<unsigned char>(c), words);
      }
      put_byte(kind, at, end_mark, words);
      suffix_words_[place].first[i] = words[0];
      suffix_words_[place].second[i] = words[1];
      suffix_bits_[i] = static_cast<std::uint32_t>(8 * suffixes[i].size());
    }
  }
}

void Sweep::try_prefixes(std::uint64_t first, std::uint64_t count) {
  ENSURE(first + count <= space_.prefixes());
  for (std::uint64_t i = first; i < first + count; ++i) {
    try_prefix(shuffled(i));
  }
}

std::uint64_t Sweep::shuffled(std::uint64_t i) const {
  return i * stride_ % space_.prefixes();  // below 2^63: at most 10^9 prefixes
}

void Sweep::try_prefix(std::uint64_t index) {
  SpaceText text;
  const std::size_t chars = space_.write_prefix(index, text);
  std::ranges::fill(base_, 0U);
  for (std::size_t i = 0; i < chars; ++i) {
    put_byte(kind_, i, static_cast<unsigned char>(text[i]), base_);
  }
  base_[length_word(kind_)] = static_cast<std::uint32_t>(8 * chars);
  for (std::size_t word = 0; word < block_words; ++word) {
    std::fill_n(lanes_.block + word * lanes_count, lanes_count, base_[word]);
  }
  const SuffixWords& suffix = suffix_words_[chars % word_bytes];
  const std::size_t suffixes = space_.suffixes().size();
  for (std::size_t chunk = 0; chunk < suffixes; chunk += lanes_count) {
    try_suffixes(chunk, chars / word_bytes, suffix);
    look(std::min(lanes_count, suffixes - chunk));
  }
}

void Sweep::try_suffixes(std::size_t chunk, std::size_t word, const SuffixWords& suffix) {
  const std::size_t length = length_word(kind_);
  std::uint32_t* first = lanes_.block + word * lanes_count;
  std::uint32_t* second = first + lanes_count;
  std::uint32_t* bits = lanes_.block + length * lanes_count;
  for (std::size_t lane = 0; lane < lanes_count; ++lane) {
    first[lane] = base_[word] | suffix.first[chunk + lane];
    second[lane] = base_[word + 1] | suffix.second[chunk + lane];
  }
  // After the second word, which is this one if the text nearly fills the block.
  for (std::size_t lane = 0; lane < lanes_count; ++lane) {
    bits[lane] = base_[length] + suffix_bits_[chunk + lane];
  }
  hash_(lanes_.block, lanes_.state);
}

void Sweep::look(std::size_t lanes) {
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    if (!targets_.may_hold(lanes_.state[lane])) {
      continue;
    }
    DigestWords digest{};
    for (std::size_t word = 0; word < words_; ++word) {
      digest[word] = lanes_.state[word * lanes_count + lane];
    }
    if (const auto target = targets_.find(digest)) {
      fallen_[*target] = true;
    }
  }
}

}  // namespace moretta::audit
