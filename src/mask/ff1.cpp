#include "mask/ff1.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "base/ensure.hpp"
#include "mask/block_words.hpp"

namespace moretta::mask {

namespace {

constexpr int half_bits_max = 96;  // sum and half stay within 128 bits, and one block is enough
constexpr std::size_t numerals_max = std::size_t{2} * half_bits_max;  // with radix 2
constexpr unsigned radix_max = 256;
constexpr std::uint64_t small_modulus_max = std::uint64_t{1} << 32;
constexpr std::size_t tweak_bytes_max = 1U << 16;
constexpr std::size_t texts_at_once = 32;

// radix^numerals, or 0 if that is over 2^96.
Wide power(unsigned radix, std::size_t numerals) {
  Wide product = 1;
  for (std::size_t i = 0; i < numerals; ++i) {
    product *= radix;
    if (product > Wide{1} << half_bits_max) {
      return 0;
    }
  }
  return product;
}

std::size_t bytes_of_number(Wide largest) {
  std::size_t bytes = 0;
  for (; largest != 0; largest >>= 8) {
    ++bytes;
  }
  return bytes;
}

bool is_small(Wide number) {
  return number <= std::numeric_limits<std::uint64_t>::max();
}

// Dividing 128 bits is a call of 100 instructions; mostly both fit 64.
Wide remainder(Wide number, Wide divisor) {
  if (is_small(number) && is_small(divisor)) {
    return static_cast<std::uint64_t>(number) % static_cast<std::uint64_t>(divisor);
  }
  return number % divisor;
}

Wide number_of(std::span<const std::uint8_t> numerals, unsigned radix) {
  Wide number = 0;
  for (const std::uint8_t numeral : numerals) {
    number = number * radix + numeral;
  }
  return number;
}

void write_numerals(Wide number, unsigned radix, std::span<std::uint8_t> numerals) {
  std::size_t i = numerals.size();
  for (; i > 0 && !is_small(number); --i) {
    numerals[i - 1] = static_cast<std::uint8_t>(number % radix);
    number /= radix;
  }
  for (auto small = static_cast<std::uint64_t>(number); i > 0; --i) {
    numerals[i - 1] = static_cast<std::uint8_t>(small % radix);
    small /= radix;
  }
}

std::uint64_t small_number_of(std::span<const std::uint8_t> numerals, unsigned radix) {
  std::uint64_t number = 0;
  for (const std::uint8_t numeral : numerals) {
    number = number * radix + numeral;
  }
  return number;
}

void write_small_numerals(std::uint64_t number, const Reciprocal& radix,
                          std::span<std::uint8_t> numerals) {
  for (std::size_t i = numerals.size(); i-- > 0;) {
    const Reciprocal::Division digit = radix.divide(number);
    numerals[i] = static_cast<std::uint8_t>(digit.remainder);
    number = digit.quotient;
  }
}

void put_number(std::size_t number, std::span<std::byte> to) {
  for (std::size_t i = to.size(); i-- > 0; number >>= 8) {
    to[i] = std::byte(number & 0xffU);
  }
}

}  // namespace

bool Ff1::fits(const Shape& shape) {
  if (shape.radix < 2 || shape.radix > radix_max || shape.numerals < 2 ||
      shape.numerals > numerals_max) {
    return false;
  }
  const Wide front = power(shape.radix, shape.numerals / 2);
  const Wide back = power(shape.radix, shape.numerals - shape.numerals / 2);
  // The product of two numbers over 2^32 could overflow, and is over the least anyhow.
  const bool is_large = !is_small(front) || !is_small(back) || front > ff1_domain_min ||
                        front * back >= ff1_domain_min;
  return front != 0 && back != 0 && is_large;
}

// Steps 1 to 6.i of algorithm 7, as far as they do not depend on the text.
Ff1::Ff1(std::span<const std::byte> key, std::span<const std::byte> tweak, const Shape& shape)
    : shape_(shape), aes_(key) {
  ENSURE(fits(shape));
  ENSURE(tweak.size() <= tweak_bytes_max);
  const std::size_t front = shape.numerals / 2;
  const std::size_t back = shape.numerals - front;
  moduli_[0] = power(shape.radix, front);
  moduli_[1] = power(shape.radix, back);
  half_bytes_ = bytes_of_number(moduli_[1] - 1);
  sum_bytes_ = 4 * ((half_bytes_ + 3) / 4) + 4;

  std::vector<std::byte> fixed = {std::byte{1}, std::byte{2}, std::byte{1}};
  fixed.resize(aes_block_bytes);
  put_number(shape.radix, std::span(fixed).subspan(3, 3));
  fixed[6] = std::byte{ff1_rounds};
  fixed[7] = std::byte(front & 0xffU);
  put_number(shape.numerals, std::span(fixed).subspan(8, 4));
  put_number(tweak.size(), std::span(fixed).subspan(12, 4));
  fixed.insert(fixed.end(), tweak.begin(), tweak.end());
  // Zeros up to the round's number and the half, which end the last block.
  const std::size_t tail = half_bytes_ + 1;
  while ((fixed.size() + tail) % aes_block_bytes != 0) {
    fixed.push_back(std::byte{0});
  }
  fixed.resize(fixed.size() + tail);

  AesBlock state{};
  for (std::size_t at = 0; at < fixed.size(); at += aes_block_bytes) {
    if (at > 0) {
      require_openssl(aes_.encrypt(state), "AES");
    }
    add_block(state.data(), fixed.data() + at);
  }
  state_ = load_wide(state);

  if (moduli_[1] <= small_modulus_max) {
    small_ = Small{.radix = Reciprocal(shape.radix),
                   .moduli = {Reciprocal(static_cast<std::uint64_t>(moduli_[0])),
                              Reciprocal(static_cast<std::uint64_t>(moduli_[1]))}};
  }
}

// Steps 6.i to 6.vi: one AES block.
bool Ff1::round_sum(int round, Wide half, Wide& sum) {
  AesBlock block;
  const Wide number = Wide{static_cast<unsigned>(round)} << (8 * half_bytes_);
  store_wide(state_ ^ number ^ half, block.data());
  if (!aes_.encrypt(block)) {
    return false;
  }
  sum = remainder(load_wide(block) >> (8 * (aes_block_bytes - sum_bytes_)), modulus(round));
  return true;
}

Ff1::Halves Ff1::split(std::span<const std::uint8_t> numerals) const {
  ENSURE(numerals.size() == shape_.numerals);
  const std::size_t front = shape_.numerals / 2;
  return {.front = number_of(numerals.first(front), shape_.radix),
          .back = number_of(numerals.subspan(front), shape_.radix)};
}

void Ff1::join(const Halves& halves, std::span<std::uint8_t> numerals) const {
  ENSURE(numerals.size() == shape_.numerals);
  const std::size_t front = shape_.numerals / 2;
  write_numerals(halves.front, shape_.radix, numerals.first(front));
  write_numerals(halves.back, shape_.radix, numerals.subspan(front));
}

// Then a half has four bytes at most and a round's output eight, so that only the last eight bytes
// of a block differ and only the first eight of its cipher count.
bool Ff1::encrypt_small(const Small& small, std::span<std::uint8_t> texts) {
  struct Pair {
    std::uint64_t front;
    std::uint64_t back;
  };
  std::array<Pair, texts_at_once> pairs;
  std::array<AesBlock, texts_at_once> blocks;
  const std::size_t count = texts.size() / shape_.numerals;
  const std::size_t front_numerals = shape_.numerals / 2;
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = texts.subspan(i * shape_.numerals, shape_.numerals);
    pairs[i] = {.front = small_number_of(text.first(front_numerals), shape_.radix),
                .back = small_number_of(text.subspan(front_numerals), shape_.radix)};
  }
  const auto state_high = static_cast<std::uint64_t>(state_ >> 64);
  const auto state_low = static_cast<std::uint64_t>(state_);
  for (unsigned round = 0; round < ff1_rounds; ++round) {
    const std::uint64_t fixed = state_low ^ std::uint64_t{round} << (8 * half_bytes_);
    for (std::size_t i = 0; i < count; ++i) {
      store_words(state_high, fixed ^ pairs[i].back, blocks[i].data());
    }
    if (!aes_.encrypt(std::as_writable_bytes(std::span(blocks).first(count)))) {
      return false;
    }
    const Reciprocal& modulus = small.moduli[round % 2];
    for (std::size_t i = 0; i < count; ++i) {
      const auto output = static_cast<std::uint64_t>(load_wide(blocks[i]) >> 64);
      const std::uint64_t sum = modulus.divide(output).remainder + pairs[i].front;
      pairs[i] = {.front = pairs[i].back,
                  .back = sum >= modulus.divisor() ? sum - modulus.divisor() : sum};
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = texts.subspan(i * shape_.numerals, shape_.numerals);
    write_small_numerals(pairs[i].front, small.radix, text.first(front_numerals));
    write_small_numerals(pairs[i].back, small.radix, text.subspan(front_numerals));
  }
  return true;
}

bool Ff1::encrypt_large(std::span<std::uint8_t> text) {
  Halves halves = split(text);
  for (int round = 0; round < ff1_rounds; ++round) {
    Wide sum = 0;
    if (!round_sum(round, halves.back, sum)) {
      return false;
    }
    sum += halves.front;
    halves.front = halves.back;
    halves.back = sum >= modulus(round) ? sum - modulus(round) : sum;
  }
  join(halves, text);
  return true;
}

bool Ff1::encrypt(std::span<std::uint8_t> numerals) {
  ENSURE(numerals.size() % shape_.numerals == 0);
  bool done = true;
  while (done && !numerals.empty()) {
    const std::size_t some =
        std::min(numerals.size(), (small_ ? texts_at_once : 1) * shape_.numerals);
    done =
        small_ ? encrypt_small(*small_, numerals.first(some)) : encrypt_large(numerals.first(some));
    numerals = numerals.subspan(some);
  }
  return done;
}

}  // namespace moretta::mask
