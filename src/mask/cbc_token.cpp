#include "mask/cbc_token.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t iv_key_bytes = 32;
constexpr int block_bytes = 16;

}  // namespace

SyntheticIv::SyntheticIv(const MasterKey& key, std::string_view domain)
    : hmac_(subkey(key, "aes-256-cbc-iv", domain, iv_key_bytes).bytes()) {}

bool SyntheticIv::of(std::span<const std::byte> value, Iv& iv) {
  Hmac::Tag tag;
  if (!hmac_.tag(value, tag)) {
    return false;
  }
  std::copy_n(tag.begin(), iv.size(), iv.begin());
  return true;
}

AesCbc::AesCbc(std::span<const std::byte> key)
    : aes_(fetch_cipher("AES-256-CBC")), context_(new_cipher_context()) {
  ENSURE(key.size() == master_key_bytes);
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  require_openssl(EVP_EncryptInit_ex2(context_.get(), aes_.get(), bytes, nullptr, nullptr) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1,
                  "AES-256-CBC");
}

bool AesCbc::encrypt(const Iv& iv, std::span<std::byte> text) {
  auto* bytes = reinterpret_cast<unsigned char*>(text.data());
  const int count = static_cast<int>(text.size());
  int written = 0;
  return EVP_EncryptInit_ex2(context_.get(), nullptr, nullptr,
                             reinterpret_cast<const unsigned char*>(iv.data()), nullptr) == 1 &&
         EVP_EncryptUpdate(context_.get(), bytes, &written, bytes, count) == 1 && written == count;
}

CbcToken::CbcToken(const MasterKey& key, const Policy& policy)
    : prefix_(token_prefix(cbc_letter, key.id)),
      encoding_(policy.encoding.value_or(cbc_encoding_default)),
      synthetic_iv_(key, policy.domain),
      cbc_(key.bytes.bytes()) {}

bool CbcToken::append(std::string_view value, std::string& out) {
  Iv iv;
  if (!synthetic_iv_.of(bytes_of(value), iv)) {
    return false;
  }
  const std::size_t bytes = iv.size() + padded_bytes(value.size(), block_bytes);
  if (scratch_.size() < bytes) {
    scratch_ = SecretBytes(bytes);
  }
  const std::span<std::byte> payload = scratch_.bytes().first(bytes);
  const std::span<std::byte> text = payload.subspan(iv.size());

  // PKCS #7 by hand: OpenSSL's own would keep the end of the value in its context.
  std::ranges::copy(iv, payload.begin());
  std::ranges::copy(bytes_of(value), text.begin());
  std::ranges::fill(text.subspan(value.size()), std::byte(text.size() - value.size()));
  if (!cbc_.encrypt(iv, text)) {
    wipe(payload);
    return false;
  }
  out += prefix_;
  append_encoded(payload, encoding_, out);
  return true;
}

}  // namespace moretta::mask
