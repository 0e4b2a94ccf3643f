#include "audit/lane_kernel.hpp"

namespace moretta::audit {

namespace {

using Word = std::uint32_t __attribute__((vector_size(16), may_alias));

#include "audit/lane_kernel.inc"

}  // namespace

const LaneKernel portable_kernel = {"portable", md5, sha256};

}  // namespace moretta::audit
