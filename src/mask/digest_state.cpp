// The one place that calls what OpenSSL 3 deprecates.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "mask/digest_state.hpp"

#include <array>
#include <bit>

#include "base/ensure.hpp"
#include "base/secret.hpp"
#include "mask/block_words.hpp"
#include "mask/openssl.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t length_bytes = 8;  // of the padding, in bits

unsigned char* raw(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// Nearly every value ends within the block that it begins: then one compression is all there is to
// do, without the bookkeeping that OpenSSL's functions have for texts in pieces (up to a sixth).
template <typename Context>
bool is_last_block(const Context& context, std::span<const std::byte> last, std::size_t block) {
  return context.num == 0 && last.size() < block - length_bytes;
}

// Whole blocks are stored and loaded throughout (block_words.hpp).
template <std::size_t bytes>
std::array<std::byte, bytes> last_block(std::span<const std::byte> text, std::uint64_t length) {
  std::array<std::byte, bytes> block;
  store_padded(text, block);
  std::byte* const end = block.data() + bytes - wide_bytes;
  store_block(load_words(end) | BlockWords{0, length}, end);
  return block;
}

// Most significant byte first, of each 32-bit word.
BlockWords swapped_words(const BlockWords& words) {
  return BlockWords{std::rotl(__builtin_bswap64(words[0]), 32),
                    std::rotl(__builtin_bswap64(words[1]), 32)};
}

// Bits of everything, `last` included.
template <typename Context>
std::uint64_t text_bits(const Context& context, std::span<const std::byte> last) {
  return (std::uint64_t{context.Nh} << 32 | context.Nl) + last.size() * 8;
}

}  // namespace

// They cannot fail: each returns 1 whatever it gets.
void Md5State::start() {
  MD5_Init(&state_);
}

void Md5State::add(std::span<const std::byte> bytes) {
  MD5_Update(&state_, bytes.data(), bytes.size());
}

void Md5State::finish(std::span<const std::byte> last, Digest& digest) {
  if (!is_last_block(state_, last, block_bytes)) {
    add(last);
    MD5_Final(raw(digest), &state_);
    return;
  }
  std::array<std::byte, block_bytes> block = last_block<block_bytes>(last, text_bits(state_, last));
  MD5_Transform(&state_, raw(block));
  wipe(block);
  store_block(BlockWords{state_.A | std::uint64_t{state_.B} << 32,
                         state_.C | std::uint64_t{state_.D} << 32},
              digest.data());
}

Md5State::Digest Md5State::of(std::span<const std::byte> bytes) {
  Md5State state;
  Digest digest;
  state.start();
  state.finish(bytes, digest);
  return digest;
}

void Sha256State::start() {
  SHA256_Init(&state_);
}

void Sha256State::add(std::span<const std::byte> bytes) {
  SHA256_Update(&state_, bytes.data(), bytes.size());
}

void Sha256State::finish(std::span<const std::byte> last, Digest& digest) {
  if (!is_last_block(state_, last, block_bytes)) {
    add(last);
    SHA256_Final(raw(digest), &state_);
    return;
  }
  std::array<std::byte, block_bytes> block =
      last_block<block_bytes>(last, __builtin_bswap64(text_bits(state_, last)));
  SHA256_Transform(&state_, raw(block));
  wipe(block);
  const auto words = std::as_bytes(std::span(state_.h));
  store_block(swapped_words(load_words(words.data())), digest.data());
  store_block(swapped_words(load_words(words.data() + wide_bytes)), digest.data() + wide_bytes);
}

Sha256State::Digest Sha256State::of(std::span<const std::byte> bytes) {
  Sha256State state;
  Digest digest;
  state.start();
  state.finish(bytes, digest);
  return digest;
}

void require_md5() {
  static_cast<void>(fetch_digest("MD5"));
}

void require_sha256() {
  static_cast<void>(fetch_digest("SHA256"));
}

}  // namespace moretta::mask
