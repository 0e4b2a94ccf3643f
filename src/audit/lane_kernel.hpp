#pragma once

// MD5 and SHA-256 of many one-block messages at once, one in each lane of the machine's vectors.
// The same code (lane_kernel.inc) is compiled for each width; the machine says which ones it can
// run. This header is included by files compiled for newer processors: it must hold no inline
// function, or an old machine could be given a new one's copy of it.

#include <cstdint>

namespace moretta::audit {

inline constexpr int digest_lanes = 32;          // messages of one call, whatever the width
inline constexpr int block_words = 16;           // of 32 bits, RFC 1321 section 3.4
inline constexpr int lane_alignment_bytes = 64;  // the widest vector's

// `block` holds word 0 of every lane, then word 1, …; words are as the algorithm reads them (MD5
// little-endian, SHA-256 big-endian), padding and length included. `state` takes the digest's words
// in the same order. REQUIRED: both aligned to lane_alignment_bytes.
using LaneHash = void (*)(const std::uint32_t* block, std::uint32_t* state);

struct LaneKernel {
  const char* name;
  LaneHash md5;     // 4 words a lane
  LaneHash sha256;  // 8 words a lane
};

extern const LaneKernel portable_kernel;
#if defined(__x86_64__)
extern const LaneKernel avx2_kernel;
extern const LaneKernel avx512_kernel;
#endif

}  // namespace moretta::audit
