#include "base/digest.hpp"

#include <algorithm>
#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/bytes.hpp"
#include "base/ensure.hpp"

namespace moretta {

namespace {

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

template <std::size_t size>
class Digester {
 public:
  explicit Digester(const char* name)
      : algorithm_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
    ENSURE(algorithm_ != nullptr && context_ != nullptr);
    ENSURE(EVP_DigestInit_ex(context_.get(), algorithm_.get(), nullptr) == 1);
  }

  // No algorithm named: the context keeps the one it has, and its memory.
  void start() { ENSURE(EVP_DigestInit_ex(context_.get(), nullptr, nullptr) == 1); }
  void add(std::span<const std::byte> bytes) {
    ENSURE(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  std::array<std::byte, size> finish() {
    std::array<std::byte, size> out{};
    ENSURE(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out.data()),
                              nullptr) == 1);
    return out;
  }
  std::array<std::byte, size> of(std::span<const std::byte> bytes) {
    start();
    add(bytes);
    return finish();
  }

 private:
  std::unique_ptr<EVP_MD, FreeDigest> algorithm_;
  std::unique_ptr<EVP_MD_CTX, FreeDigest> context_;
};

Digester<32>& sha256_digester() {
  thread_local Digester<32> digester("SHA256");
  return digester;
}

constexpr std::size_t block_bytes = 64;  // SHA-256's, FIPS 180-4

}  // namespace

Md5 md5(std::string_view text) {
  thread_local Digester<16> digester("MD5");
  return digester.of(bytes_of(text));
}

Sha256 sha256(std::string_view text) {
  return sha256_digester().of(bytes_of(text));
}

Sha256 hmac_sha256(std::span<const std::byte> key, std::string_view text) {
  Digester<32>& digester = sha256_digester();
  std::array<std::byte, block_bytes> pad{};
  if (key.size() > block_bytes) {
    std::ranges::copy(digester.of(key), pad.begin());
  } else {
    std::ranges::copy(key, pad.begin());
  }

  for (std::byte& byte : pad) {
    byte ^= std::byte{0x36};
  }
  digester.start();
  digester.add(pad);
  digester.add(bytes_of(text));
  const Sha256 inner = digester.finish();

  for (std::byte& byte : pad) {
    byte ^= std::byte{0x36 ^ 0x5c};
  }
  digester.start();
  digester.add(pad);
  digester.add(inner);
  OPENSSL_cleanse(pad.data(), pad.size());
  return digester.finish();
}

}  // namespace moretta
