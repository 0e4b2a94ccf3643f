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

// A batch takes values of up to 63 bytes: whatever is longer keeps the cipher busy by itself.
constexpr std::size_t batch_text_max = 64;
constexpr std::size_t batch_bytes = aes_block_bytes + batch_text_max;
static_assert(batch_values_max <= AesSiv::payloads_max);

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
  store_padded(bytes_of(value), text);

  if (!siv_.s2v(text, iv) || !siv_.ctr(iv, text)) {
    wipe(payload);
    return Failure{Reason::mask_failed};
  }
  std::ranges::copy(iv, payload.begin());
  out += prefix_;
  append_encoded(payload, encoding_, out);
  return Done{};
}

bool SivToken::takes(std::size_t value_bytes) const {
  return payloads_.size() < batch_values_max &&
         padded_bytes(value_bytes, pad_bytes_) <= batch_text_max;
}

Result<Done, Reason> SivToken::add(std::string_view value) {
  ENSURE(takes(value.size()));
  if (batch_.empty()) {
    batch_ = SecretBytes(batch_values_max * batch_bytes);
    payloads_.reserve(batch_values_max);
  }
  const std::size_t bytes = aes_block_bytes + padded_bytes(value.size(), pad_bytes_);
  const std::span<std::byte> payload =
      batch_.bytes().subspan(payloads_.size() * batch_bytes, bytes);
  store_block(BlockWords{}, payload.data());
  store_padded(bytes_of(value), payload.subspan(aes_block_bytes));
  payloads_.push_back(payload);
  return Done{};
}

bool SivToken::write(std::span<char* const> tokens) {
  ENSURE(tokens.size() == payloads_.size());
  const bool done = siv_.seal_whole(payloads_);
  if (!done) {
    drop();
    return false;
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] != nullptr) {
      write_encoded(payloads_[i], encoding_, std::ranges::copy(prefix_, tokens[i]).out);
    }
  }
  payloads_.clear();
  return true;
}

void SivToken::drop() {
  wipe(batch_.bytes());
  payloads_.clear();
}

}  // namespace moretta::mask
