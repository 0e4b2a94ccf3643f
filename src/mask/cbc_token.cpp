#include "mask/cbc_token.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t iv_key_bytes = 32;

}  // namespace

SyntheticIv::SyntheticIv(const MasterKey& key, std::string_view domain)
    : hmac_(subkey(key, "aes-256-cbc-iv", domain, iv_key_bytes).bytes()) {}

void SyntheticIv::of(std::span<const std::byte> value, AesBlock& iv) const {
  Hmac::Tag tag;
  hmac_.tag(value, tag);
  std::copy_n(tag.begin(), iv.size(), iv.begin());
}

bool AesCbc::encrypt(const AesBlock& iv, std::span<std::byte> text) {
  const std::byte* before = iv.data();
  for (; !text.empty(); text = text.subspan(aes_block_bytes)) {
    const auto block = text.first(aes_block_bytes);
    add_block(block.data(), before);
    if (!aes_.encrypt(block)) {
      return false;
    }
    before = block.data();
  }
  return true;
}

CbcToken::CbcToken(const MasterKey& key, const Policy& policy)
    : prefix_(token_prefix(cbc_letter, key.id)),
      encoding_(policy.encoding.value_or(cbc_encoding_default)),
      synthetic_iv_(key, policy.domain),
      cbc_(key.bytes.bytes()) {}

Result<Done, Reason> CbcToken::append(std::string_view value, std::string& out) {
  AesBlock iv;
  synthetic_iv_.of(bytes_of(value), iv);
  const std::size_t bytes =
      iv.size() + padded_bytes(value.size(), static_cast<int>(aes_block_bytes));
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
    return Failure{Reason::mask_failed};
  }
  out += prefix_;
  append_encoded(payload, encoding_, out);
  return Done{};
}

}  // namespace moretta::mask
