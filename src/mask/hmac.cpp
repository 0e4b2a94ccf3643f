#include "mask/hmac.hpp"

#include <algorithm>

#include "base/ensure.hpp"
#include "base/secret.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t block_bytes = 64;  // SHA-256's, FIPS 180-4
constexpr std::byte inner_pad{0x36};
constexpr std::byte outer_pad{0x5c};

bool finish(EVP_MD_CTX* context, Hmac::Tag& tag) {
  return EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(tag.data()), nullptr) == 1;
}

}  // namespace

Hmac::Hmac(std::span<const std::byte> key)
    : sha256_(fetch_digest("SHA256")),
      inner_(new_digest_context()),
      outer_(new_digest_context()),
      work_(new_digest_context()) {
  SecretBytes block(block_bytes);
  if (key.size() > block_bytes) {
    Tag hashed{};
    require_openssl(EVP_DigestInit_ex(work_.get(), sha256_.get(), nullptr) == 1 &&
                        EVP_DigestUpdate(work_.get(), key.data(), key.size()) == 1 &&
                        finish(work_.get(), hashed),
                    "SHA256");
    std::ranges::copy(hashed, block.bytes().begin());
    wipe(hashed);
  } else {
    std::ranges::copy(key, block.bytes().begin());
  }

  const auto absorb = [&](EVP_MD_CTX* state, std::byte pad) {
    SecretBytes padded = block.clone();
    for (std::byte& byte : padded.bytes()) {
      byte ^= pad;
    }
    require_openssl(EVP_DigestInit_ex(state, sha256_.get(), nullptr) == 1 &&
                        EVP_DigestUpdate(state, padded.data(), padded.size()) == 1,
                    "SHA256");
  };
  absorb(inner_.get(), inner_pad);
  absorb(outer_.get(), outer_pad);
}

bool Hmac::tag(std::span<const std::byte> value, Tag& tag) {
  Tag inner;
  return EVP_MD_CTX_copy_ex(work_.get(), inner_.get()) == 1 &&
         EVP_DigestUpdate(work_.get(), value.data(), value.size()) == 1 &&
         finish(work_.get(), inner) && EVP_MD_CTX_copy_ex(work_.get(), outer_.get()) == 1 &&
         EVP_DigestUpdate(work_.get(), inner.data(), inner.size()) == 1 && finish(work_.get(), tag);
}

}  // namespace moretta::mask
