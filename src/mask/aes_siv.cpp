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

// For the first block of all payloads, then the second of all that have one, and so on: `before`
// makes the block to be enciphered, `after` takes it. False if OpenSSL failed.
template <typename Before, typename After>
bool over_blocks(std::span<const std::span<std::byte>> payloads, AesEcb& cipher, Before before,
                 After after) {
  std::array<AesBlock, AesSiv::payloads_max> blocks;
  std::array<std::span<std::byte>, AesSiv::payloads_max> left;
  std::size_t count = payloads.size();
  ENSURE(count <= left.size());
  std::ranges::copy(payloads, left.begin());
  bool done = true;
  for (std::size_t at = block_bytes; done && count > 0; at += block_bytes) {
    for (std::size_t i = 0; i < count; ++i) {
      before(left[i], at, blocks[i]);
    }
    done = cipher.encrypt(std::as_writable_bytes(std::span(blocks).first(count)));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
      after(left[i], at, blocks[i]);
      left[kept] = left[i];
      kept += left[i].size() > at + block_bytes ? 1 : 0;
    }
    count = kept;
  }
  wipe(std::as_writable_bytes(std::span(blocks)));
  return done;
}

// RFC 5297 section 2.5 clears two bits of the IV, so that no counter of 32 bits overflows.
struct Counter {
  explicit Counter(std::span<const std::byte, block_bytes> iv)
      : head(static_cast<std::uint64_t>(load_wide(iv) >> 64)),
        tail(static_cast<std::uint64_t>(load_wide(iv)) & 0x7fff'ffff'7fff'ffffU) {}
  std::uint64_t head;
  std::uint64_t tail;
};

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
  Counter counter(iv);
  std::array<std::byte, blocks_at_once * block_bytes> stream;
  bool done = true;
  while (done && !text.empty()) {
    const std::size_t bytes = std::min(text.size(), stream.size());
    const std::size_t blocks = (bytes + block_bytes - 1) / block_bytes;
    const auto used = std::span(stream).first(blocks * block_bytes);
    for (std::size_t i = 0; i < blocks; ++i) {
      store_words(counter.head, counter.tail++, stream.data() + i * block_bytes);
    }
    done = ctr_.encrypt(used);
    add_stream(text.first(bytes), stream.data());
    wipe(used);
    text = text.subspan(bytes);
  }
  return done;
}

bool AesSiv::seal_whole(std::span<const std::span<std::byte>> payloads) {
  using Payload = std::span<std::byte>;
  AesBlock last_mask = associated_sum_;
  add(last_mask, whole_mask_);
  const auto chain = [&](Payload payload, std::size_t at, AesBlock& block) {
    const BlockWords sum = load_words(payload.data()) ^ load_words(payload.data() + at);
    const bool is_last = payload.size() == at + block_bytes;
    store_block(is_last ? sum ^ load_words(last_mask.data()) : sum, block.data());
  };
  const auto keep_sum = [](Payload payload, std::size_t, const AesBlock& block) {
    store_block(load_words(block.data()), payload.data());
  };
  const auto count = [](Payload payload, std::size_t at, AesBlock& block) {
    const Counter counter(payload.first<block_bytes>());
    store_words(counter.head, counter.tail + (at / block_bytes - 1), block.data());
  };
  const auto encipher = [](Payload payload, std::size_t at, const AesBlock& block) {
    add_block(payload.data() + at, block.data());
  };
  return over_blocks(payloads, mac_, chain, keep_sum) &&
         over_blocks(payloads, ctr_, count, encipher);
}

}  // namespace moretta::mask
