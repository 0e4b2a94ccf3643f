#include "mask/siv_token.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view method = "aes-siv";

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
  std::ranges::copy(bytes_of(value), text.begin());
  text[value.size()] = std::byte{0x80};
  std::ranges::fill(text.subspan(value.size() + 1), std::byte{0});

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
