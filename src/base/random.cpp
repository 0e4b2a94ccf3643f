#include "base/random.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/ensure.hpp"

namespace moretta {

double Random::unit() {
  std::uint64_t bits = 0;
  fill(std::as_writable_bytes(std::span(&bits, 1)));
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

SystemRandom::~SystemRandom() {
  OPENSSL_cleanse(block_, sizeof block_);
}

void SystemRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    if (used_ == block_bytes) {
      ENSURE(RAND_bytes(reinterpret_cast<unsigned char*>(block_), block_bytes) == 1);
      used_ = 0;
    }
    const std::size_t count = std::min(out.size(), block_bytes - used_);
    std::memcpy(out.data(), block_ + used_, count);
    OPENSSL_cleanse(block_ + used_, count);
    used_ += count;
    out = out.subspan(count);
  }
}

std::uint64_t SeededRandom::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

void SeededRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const std::uint64_t bits = next();
    const std::size_t count = std::min(out.size(), sizeof bits);
    std::memcpy(out.data(), &bits, count);
    out = out.subspan(count);
  }
}

}  // namespace moretta
