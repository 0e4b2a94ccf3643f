#include "mask/aes_siv.hpp"

#include <algorithm>
#include <cstring>

#include "base/ensure.hpp"
#include "base/secret.hpp"
#include "mask/block_words.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t block_bytes = aes_block_bytes;
constexpr std::size_t associated_max = 126;       // RFC 5297 section 2.6
constexpr std::size_t text_bytes_max = 1U << 24;  // far below the 2^31 blocks of a 32-bit counter
constexpr std::size_t blocks_at_once = 8;         // AES-NI keeps eight in flight

void add(AesBlock& to, const AesBlock& from) {
  add_block(to.data(), from.data());
}

void add_stream(std::span<std::byte> to, const std::byte* stream) {
  for (; to.size() >= block_bytes; to = to.subspan(block_bytes), stream += block_bytes) {
    add_block(to.data(), stream);
  }
  for (std::size_t i = 0; i < to.size(); ++i) {
    to[i] ^= stream[i];
  }
}

// Bytes in the last block of a text, which is whole if it can be.
std::size_t last_bytes(std::size_t bytes) {
  return bytes == 0 ? 0 : (bytes - 1) % block_bytes + 1;
}

// Multiplication by x in GF(2^128), RFC 4493 section 2.3.
AesBlock doubled(const AesBlock& block) {
  AesBlock out;
  for (std::size_t i = 0; i + 1 < block_bytes; ++i) {
    out[i] = (block[i] << 1) | (block[i + 1] >> 7);
  }
  const auto top = std::to_integer<unsigned>(block[0] >> 7);
  out[block_bytes - 1] = (block[block_bytes - 1] << 1) ^ std::byte(0x87U * top);
  return out;
}

// A short string, then 0x80, then zeros.
AesBlock padded(std::span<const std::byte> text) {
  AesBlock block{};
  std::ranges::copy(text, block.begin());
  block[text.size()] = std::byte{0x80};
  return block;
}

}  // namespace

AesSiv::AesSiv(std::span<const std::byte> key,
               std::span<const std::span<const std::byte>> associated)
    : mac_(key.first(key.size() / 2)), ctr_(key.last(key.size() / 2)) {
  ENSURE(associated.size() <= associated_max);
  const AesBlock zero{};
  AesBlock sealed_zero{};
  require_openssl(mac_.encrypt(sealed_zero), "AES");
  whole_mask_ = doubled(sealed_zero);
  partial_mask_ = doubled(whole_mask_);

  associated_sum_ = cmac(zero);
  for (const std::span<const std::byte> text : associated) {
    associated_sum_ = doubled(associated_sum_);
    add(associated_sum_, cmac(text));
  }
}

// One step of CMAC (RFC 4493) for each block. REQUIRED: blocks.size() is a multiple of block_bytes.
bool AesSiv::absorb(std::span<const std::byte> blocks, AesBlock& sum) {
  for (; !blocks.empty(); blocks = blocks.subspan(block_bytes)) {
    add_block(sum.data(), blocks.data());
    if (!mac_.encrypt(sum)) {
      return false;
    }
  }
  return true;
}

// CMAC's last block of up to 16 bytes, masked so that padded and whole texts differ.
AesBlock AesSiv::masked_last(std::span<const std::byte> text) const {
  AesBlock block{};
  if (text.size() == block_bytes) {
    std::ranges::copy(text, block.begin());
    add(block, whole_mask_);
    return block;
  }
  block = padded(text);
  add(block, partial_mask_);
  return block;
}

AesBlock AesSiv::cmac(std::span<const std::byte> text) {
  const std::size_t tail = last_bytes(text.size());
  AesBlock sum{};
  require_openssl(
      absorb(text.first(text.size() - tail), sum) && absorb(masked_last(text.last(tail)), sum),
      "AES");
  return sum;
}

bool AesSiv::s2v(std::span<const std::byte> plain, AesBlock& iv) {
  ENSURE(plain.size() <= text_bytes_max);
  iv = {};
  if (plain.size() < block_bytes) {
    AesBlock last = doubled(associated_sum_);
    add(last, padded(plain));
    return absorb(masked_last(last), iv);
  }

  // D goes onto the last 16 bytes ("xorend"), which lie across the last two blocks of the CMAC
  // unless `plain` is whole blocks: so the end is worked out in a copy.
  const std::size_t tail = last_bytes(plain.size());
  if (tail == block_bytes) {  // as of every padded value
    const std::size_t before = plain.size() - block_bytes;
    const bool done = absorb(plain.first(before), iv);
    add_block(iv.data(), plain.data() + before);
    add(iv, associated_sum_);
    add(iv, whole_mask_);
    return done && mac_.encrypt(iv);
  }
  const std::size_t end_bytes = block_bytes + tail;
  std::array<std::byte, 2 * block_bytes> copy;
  const std::span<std::byte> end = std::span(copy).first(end_bytes);
  std::ranges::copy(plain.last(end_bytes), end.begin());
  add_block(end.last(block_bytes).data(), associated_sum_.data());
  const bool done = absorb(plain.first(plain.size() - end_bytes), iv) &&
                    absorb(end.first(end_bytes - tail), iv) &&
                    absorb(masked_last(end.last(tail)), iv);
  wipe(copy);
  return done;
}

bool AesSiv::ctr(const AesBlock& iv, std::span<std::byte> text) {
  ENSURE(text.size() <= text_bytes_max);
  // RFC 5297 section 2.5 clears two bits, so that no counter of 32 bits overflows.
  const Wide iv_number = load_wide(iv);
  const auto head = static_cast<std::uint64_t>(iv_number >> 64);
  auto counter = static_cast<std::uint64_t>(iv_number) & 0x7fff'ffff'7fff'ffffU;
  std::array<std::byte, blocks_at_once * block_bytes> stream;
  bool done = true;
  while (done && !text.empty()) {
    const std::size_t bytes = std::min(text.size(), stream.size());
    const std::size_t blocks = (bytes + block_bytes - 1) / block_bytes;
    const auto used = std::span(stream).first(blocks * block_bytes);
    for (std::size_t i = 0; i < blocks; ++i) {
      store_words(head, counter++, stream.data() + i * block_bytes);
    }
    done = ctr_.encrypt(used);
    add_stream(text.first(bytes), stream.data());
    wipe(used);
    text = text.subspan(bytes);
  }
  return done;
}

}  // namespace moretta::mask
