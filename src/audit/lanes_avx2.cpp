#include "audit/lane_kernel.hpp"

namespace moretta::audit {

namespace {

using Word = std::uint32_t __attribute__((vector_size(32), may_alias));

#include "audit/lane_kernel.inc"

}  // namespace

const LaneKernel avx2_kernel = {"avx2", md5, sha256};

}  // namespace moretta::audit
