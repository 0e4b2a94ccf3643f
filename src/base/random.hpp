#pragma once

// Randomness, passed in so that a seed replays a run.

#include <cstddef>
#include <cstdint>
#include <span>

namespace moretta {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;

  // Uniform in [0, 1).
  double unit();
};

// The operating system's generator by way of OpenSSL, drawn in blocks because one small draw costs
// 0.6 us. For one thread.
class SystemRandom final : public Random {
 public:
  ~SystemRandom() override;
  void fill(std::span<std::byte> out) override;

 private:
  static constexpr std::size_t block_bytes = 4096;
  std::byte block_[block_bytes] = {};
  std::size_t used_ = block_bytes;
};

// SplitMix64: small, and the same on every machine. For tests and the simulation only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::byte> out) override;
  std::uint64_t next();

 private:
  std::uint64_t state_;
};

}  // namespace moretta
