#pragma once

// FF1, format-preserving encryption (NIST SP 800-38G): numerals of one radix and number become as
// many others. Ten rounds of one AES block each; the key, the tweak and what is fixed of the input
// are taken in once. The tests hold it to the definition in big integers.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mask/aes_ecb.hpp"
#include "mask/reciprocal.hpp"
#include "mask/wide.hpp"

namespace moretta::mask {

inline constexpr int ff1_rounds = 10;

// SP 800-38G Rev. 1 (second draft) wants at least so many different texts.
inline constexpr std::uint64_t ff1_domain_min = 1'000'000;

// For one thread.
class Ff1 {
 public:
  struct Shape {
    unsigned radix = 10;       // 2 to 256
    std::size_t numerals = 0;  // at least two; a half of them below 2^96
  };

  // REQUIRED: 16, 24 or 32 bytes of key; fits(shape).
  Ff1(std::span<const std::byte> key, std::span<const std::byte> tweak, const Shape& shape);

  // Half of the numerals within 96 bits, and ff1_domain_min texts of them or more.
  static bool fits(const Shape& shape);

  // In place: one text, or several one behind another, which a processor enciphers side by side in
  // a fraction of the time. REQUIRED: a multiple of shape.numerals, each number below shape.radix.
  // False if OpenSSL failed.
  [[nodiscard]] bool encrypt(std::span<std::uint8_t> numerals);

  // For the inverse, which is elsewhere: the halves of a text as numbers below 2^96, and what round
  // `round` adds to one.
  struct Halves {
    Wide front = 0;
    Wide back = 0;
  };
  [[nodiscard]] Halves split(std::span<const std::uint8_t> numerals) const;
  void join(const Halves& halves, std::span<std::uint8_t> numerals) const;
  [[nodiscard]] Wide modulus(int round) const { return moduli_[round % 2]; }
  [[nodiscard]] bool round_sum(int round, Wide half, Wide& sum);  // below modulus(round)

 private:
  Shape shape_;
  AesEcb aes_;
  Wide moduli_[2] = {};         // radix to the number of numerals of the front and of the back half
  std::size_t half_bytes_ = 0;  // of the back half as a number: b of the standard
  std::size_t sum_bytes_ = 0;   // of a round's output: d of the standard
  Wide state_ = 0;              // CBC-MAC of all but the last block, with what is fixed of that

  // Where both halves stay below 2^32, as those of 18 digits do: the same in 64 bits, in half the
  // time.
  struct Small {
    Reciprocal radix;
    Reciprocal moduli[2];
  };
  bool encrypt_small(const Small& small, std::span<std::uint8_t> texts);
  bool encrypt_large(std::span<std::uint8_t> text);
  std::optional<Small> small_;
};

}  // namespace moretta::mask
