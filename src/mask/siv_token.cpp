#include "mask/siv_token.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "mask/block_words.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view method = "aes-siv";

// The value, then 0x80, then zeros. Whole blocks are stored, because the cipher loads them so.
void pad(std::span<const std::byte> value, std::span<std::byte> text) {
  const std::size_t whole = value.size() / aes_block_bytes * aes_block_bytes;
  for (std::size_t at = 0; at < whole; at += aes_block_bytes) {
    store_block(load_words(value.data() + at), text.data() + at);
  }
  const BlockWords end = load_padded(value.data() + whole, value.size() - whole, std::byte{0x80});
  store_block(end, text.data() + whole);
  for (std::size_t at = whole + aes_block_bytes; at < text.size(); at += aes_block_bytes) {
    store_block(BlockWords{}, text.data() + at);
  }
}

}  // namespace

AesSiv siv_of(const MasterKey& key, std::string_view domain) {
  const std::string associated = length_prefixed(method, domain);
  const std::array<std::span<const std::byte>, 1> strings = {bytes_of(associated)};
  return {subkey(key, method, domain, AesSiv::key_bytes).bytes(), strings};
}

SivToken::SivToken(const MasterKey& key, const Policy& policy)
    : prefix_(token_prefix(siv_letter, key.id)),
      pad_bytes_(policy.pad_bytes),
      encoding_(policy.encoding.value_or(siv_encoding_default)),
      siv_(siv_of(key, policy.domain)) {
  ENSURE(pad_bytes_ == 16 || pad_bytes_ == 32 || pad_bytes_ == 64);
}

Result<Done, Reason> SivToken::append(std::string_view value, std::string& out) {
  const std::size_t padded = padded_bytes(value.size(), pad_bytes_);
  AesBlock iv;
  const std::size_t bytes = iv.size() + padded;
  if (scratch_.size() < bytes) {
    scratch_ = SecretBytes(bytes);
  }
  const std::span<std::byte> payload = scratch_.bytes().first(bytes);
  const std::span<std::byte> text = payload.subspan(iv.size());
  pad(bytes_of(value), text);

  if (!siv_.s2v(text, iv) || !siv_.ctr(iv, text)) {
    wipe(payload);
    return Failure{Reason::mask_failed};
  }
  std::ranges::copy(iv, payload.begin());
  out += prefix_;
  append_encoded(payload, encoding_, out);
  return Done{};
}

}  // namespace moretta::mask
