#pragma once

// Breaks digests for real, within a time: the argument that needs no expert. Says how many fell,
// and never which value any of them stood for.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "audit/digest_kind.hpp"
#include "audit/space.hpp"
#include "base/clock.hpp"

namespace moretta::audit {

inline constexpr int prove_threads_max = 256;

// The digests of one column: a sample, none twice.
struct DigestSample {
  DigestKind kind = DigestKind::md5;
  std::vector<DigestWords> digests;
};

struct SweepResult {
  DigestKind kind = DigestKind::md5;
  std::string space;
  std::uint64_t size = 0;      // texts of the space
  std::uint64_t tried = 0;     // so many of them
  std::size_t targets = 0;     // of all columns together, each counted once
  std::size_t fallen = 0;      // to this space
  double per_core_second = 0;  // texts tried for each second of one core's time
  bool operator==(const SweepResult&) const = default;
};

struct Proof {
  std::vector<std::size_t> fallen;  // for each sample, to any space
  std::vector<SweepResult> sweeps;
};

struct ProveOptions {
  std::vector<Space> spaces;
  Millis budget{0};  // of all sweeps together, by the clock on the wall
  int threads = 1;
};

struct ProveProgress {
  const SweepResult& sweep;
  double share = 0;  // of its space
};

// Small spaces first; each sweep may take an equal part of the time that is left, and ends early
// when everything has fallen. `tell` is called on the calling thread a few times a second.
// REQUIRED: 1 to prove_threads_max threads; samples of at most targets_max digests together.
Proof prove(const std::vector<DigestSample>& samples, const ProveOptions& options, Clock& clock,
            const std::function<void(const ProveProgress&)>& tell);

// Texts a second and core that this machine tries now, by its fastest kernel; takes about
// `cpu_time`.
double measured_rate(DigestKind kind, Millis cpu_time);

}  // namespace moretta::audit
