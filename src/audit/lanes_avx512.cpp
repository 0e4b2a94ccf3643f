#include "audit/lane_kernel.hpp"

namespace moretta::audit {

namespace {

using Word = std::uint32_t __attribute__((vector_size(64), may_alias));

#include "audit/lane_kernel.inc"

}  // namespace

const LaneKernel avx512_kernel = {"avx512", md5, sha256};

}  // namespace moretta::audit
