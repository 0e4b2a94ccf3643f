#pragma once

// AES by single blocks over one context keyed once (FIPS 197): what the modes here are built from.
// A call costs 16 ns, and there is no mode of OpenSSL whose per-value set-up costs less than 100.

#include <array>
#include <cstddef>
#include <span>

#include "mask/block_words.hpp"
#include "mask/openssl.hpp"

namespace moretta::mask {

inline constexpr std::size_t aes_block_bytes = 16;

using AesBlock = std::array<std::byte, aes_block_bytes>;

// For one thread.
class AesEcb {
 public:
  // REQUIRED: 32, 24 or 16 bytes (AES-256, AES-192, AES-128). Throws Refused if OpenSSL has no AES.
  explicit AesEcb(std::span<const std::byte> key);

  // In place. REQUIRED: whole blocks, fewer than 2^31 bytes. False if OpenSSL failed.
  [[nodiscard]] bool encrypt(std::span<std::byte> blocks);

 private:
  Cipher aes_;
  CipherContext context_;
};

// Exclusive or of `from` onto `to`, 16 bytes each: one load and one store, so that a cipher need
// not wait for two (block_words.hpp).
inline void add_block(std::byte* to, const std::byte* from) {
  store_block(load_words(to) ^ load_words(from), to);
}

}  // namespace moretta::mask
