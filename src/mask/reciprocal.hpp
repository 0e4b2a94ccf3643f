#pragma once

// Division by one number many times: a multiplication where the processor would divide for 20 to 40
// cycles.

#include <cstdint>

#include "mask/wide.hpp"

namespace moretta::mask {

class Reciprocal {
 public:
  struct Division {
    std::uint64_t quotient = 0;
    std::uint64_t remainder = 0;
  };

  // REQUIRED: 2 to 2^63.
  explicit Reciprocal(std::uint64_t divisor) : divisor_(divisor), inverse_(~0ULL / divisor) {}

  // inverse_ is over 2^64 / divisor - 1, so the estimate is the quotient or one less.
  [[nodiscard]] Division divide(std::uint64_t number) const {
    auto quotient = static_cast<std::uint64_t>((Wide{number} * inverse_) >> 64);
    std::uint64_t remainder = number - quotient * divisor_;
    if (remainder >= divisor_) {
      ++quotient;
      remainder -= divisor_;
    }
    return {.quotient = quotient, .remainder = remainder};
  }

  [[nodiscard]] std::uint64_t divisor() const { return divisor_; }

 private:
  std::uint64_t divisor_;
  std::uint64_t inverse_;
};

}  // namespace moretta::mask
