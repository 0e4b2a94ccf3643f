#include "mask/cbc_token.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t iv_key_bytes = 32;
constexpr std::size_t block_bytes = 16;

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

CbcToken::CbcToken(const MasterKey& key, const Policy& policy)
    : prefix_(token_prefix(cbc_letter, key.id)),
      encoding_(policy.encoding.value_or(cbc_encoding_default)),
      synthetic_iv_(key, policy.domain),
      aes_(fetch_cipher("AES-256-CBC")),
      context_(new_cipher_context()) {
  ENSURE(key.bytes.size() == master_key_bytes);
  require_openssl(
      EVP_EncryptInit_ex2(context_.get(), aes_.get(), key.bytes.data(), nullptr, nullptr) == 1 &&
          EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1,
      "AES-256-CBC");
}

bool CbcToken::append(std::string_view value, std::string& out) {
  Iv iv;
  if (!synthetic_iv_.of(bytes_of(value), iv)) {
    return false;
  }
  // PKCS #7 by hand and in place: OpenSSL's own keeps the value's last bytes in its context.
  const std::size_t padded = padded_bytes(value.size(), block_bytes);
  payload_.reserve(iv.size() + padded);  // first, so that no clear text is left in a smaller buffer
  payload_.assign(text_of(iv));
  payload_.append(value);
  payload_.resize(iv.size() + padded, static_cast<char>(padded - value.size()));

  // The key stays in the context; only the IV is new.
  auto* text = reinterpret_cast<unsigned char*>(payload_.data() + iv.size());
  int written = 0;
  if (EVP_EncryptInit_ex2(context_.get(), nullptr, nullptr,
                          reinterpret_cast<const unsigned char*>(iv.data()), nullptr) != 1 ||
      EVP_EncryptUpdate(context_.get(), text, &written, text, static_cast<int>(padded)) != 1 ||
      written != static_cast<int>(padded)) {
    wipe(payload_);
    return false;
  }
  out += prefix_;
  append_encoded(bytes_of(payload_), encoding_, out);
  return true;
}

}  // namespace moretta::mask
