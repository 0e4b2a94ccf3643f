#pragma once

// MD5 and SHA-256 as plain values: copying a state copies its bytes and allocates nothing, where
// copying OpenSSL's EVP_MD_CTX allocates twice (docs/decisions says more). The functions behind
// them are OpenSSL's own; a state is made only where OpenSSL's configuration allows the algorithm.

#include <array>
#include <cstddef>
#include <span>

#include <openssl/md5.h>
#include <openssl/sha.h>

namespace moretta::mask {

class Md5State {
 public:
  static constexpr std::size_t digest_bytes = 16;
  static constexpr std::size_t block_bytes = 64;  // RFC 1321
  using Digest = std::array<std::byte, digest_bytes>;

  static Digest of(std::span<const std::byte> bytes);

  void start();
  void add(std::span<const std::byte> bytes);
  // Takes in the last bytes and gives the digest. The state is spent, and holds nothing of them.
  void finish(std::span<const std::byte> last, Digest& digest);

 private:
  MD5_CTX state_;
};

class Sha256State {
 public:
  static constexpr std::size_t digest_bytes = 32;
  static constexpr std::size_t block_bytes = 64;  // FIPS 180-4
  using Digest = std::array<std::byte, digest_bytes>;

  static Digest of(std::span<const std::byte> bytes);

  void start();
  void add(std::span<const std::byte> bytes);
  void finish(std::span<const std::byte> last, Digest& digest);  // as Md5State::finish

 private:
  SHA256_CTX state_;
};

// Throws Refused if OpenSSL's configuration does not provide it: a FIPS-only one has no MD5.
void require_md5();
void require_sha256();

}  // namespace moretta::mask
