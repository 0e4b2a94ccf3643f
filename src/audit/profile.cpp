#include "audit/profile.hpp"

#include <functional>

#include "base/ensure.hpp"

namespace moretta::audit {

namespace {

constexpr int token_groups_max = 1024;  // key ids of a hostile column must not fill the memory

std::uint64_t fingerprint(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

}  // namespace

void ColumnProfile::add(const Cell& cell) {
  ++rows_;
  if (!cell) {
    ++nulls_;
    return;
  }
  classes_.add(fingerprint(*cell));
  const Recognised found = recognise(*cell);
  ++shapes_.at(static_cast<std::size_t>(found.shape));
  if (!is_token(found.shape)) {
    return;
  }
  const std::pair key(found.shape, found.key_id);
  if (tokens_.size() < token_groups_max || tokens_.contains(key)) {
    ++tokens_[key];
  }
  if (found.shape == Shape::md5) {
    keep(DigestKind::md5, *cell);
  } else if (found.shape == Shape::sha256) {
    keep(DigestKind::sha256, *cell);
  }
}

void ColumnProfile::keep(DigestKind kind, std::string_view digits) {
  const auto words = digest_words_of(kind, digits);
  if (!words) {
    return;  // upper case: foreign, and counted all the same
  }
  Sample& sample = samples_.at(static_cast<std::size_t>(kind));
  if (sample.size() >= sample_digests_max && *words > *sample.rbegin()) {
    return;
  }
  sample.insert(*words);
  if (sample.size() > sample_digests_max) {
    sample.erase(std::prev(sample.end()));
  }
}

DigestSample ColumnProfile::sample(DigestKind kind) const {
  const Sample& sample = samples_.at(static_cast<std::size_t>(kind));
  return {.kind = kind, .digests = {sample.begin(), sample.end()}};
}

void GroupProfile::add(std::span<const Cell> cells) {
  std::uint64_t group = 0;
  for (const Cell& cell : cells) {
    constexpr std::uint64_t null = 0x6e756c6c;
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15U;  // 2^64 by the golden ratio
    group = (group ^ (cell ? fingerprint(*cell) : null)) * odd;
    group ^= group >> 29U;
  }
  classes_.add(group);
}

}  // namespace moretta::audit
