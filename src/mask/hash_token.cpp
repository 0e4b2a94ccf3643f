#include "mask/hash_token.hpp"

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t hmac_key_bytes = 32;  // as long as the hash, RFC 2104 section 3

// Subkey names are frozen: that of tokenize is "token".
std::string_view subkey_name(Method method) {
  return method == Method::tokenize ? "token" : method_name(method);
}

std::string prefix_of(const MasterKey& key, const Policy& policy) {
  if (policy.method == Method::tokenize) {
    return token_prefix(vault_letter, key.id);
  }
  return policy.bare ? std::string() : token_prefix(hmac_letter, key.id);
}

}  // namespace

DigestToken::DigestToken(Method method) : method_(method) {
  ENSURE(method == Method::md5 || method == Method::sha256);
  if (method == Method::md5) {
    require_md5();
  } else {
    require_sha256();
  }
}

Result<Done, Reason> DigestToken::append(std::string_view value, std::string& out) const {
  if (method_ == Method::md5) {
    append_hex(Md5State::of(bytes_of(value)), out);
  } else {
    append_hex(Sha256State::of(bytes_of(value)), out);
  }
  return Done{};
}

HmacToken::HmacToken(const MasterKey& key, const Policy& policy)
    : prefix_(prefix_of(key, policy)),
      tag_bytes_(policy.method == Method::tokenize ? token_tag_bytes
                                                   : static_cast<std::size_t>(policy.bits) / 8),
      hmac_(subkey(key, subkey_name(policy.method), policy.domain, hmac_key_bytes).bytes()) {
  ENSURE(policy.bits == 256 || policy.bits == 128);
}

Result<Done, Reason> HmacToken::append(std::string_view value, std::string& out) const {
  Hmac::Tag tag;
  hmac_.tag(bytes_of(value), tag);
  out += prefix_;
  append_hex(std::span(tag).first(tag_bytes_), out);
  return Done{};
}

Result<Done, Reason> HmacMd5Token::append(std::string_view value, std::string& out) const {
  std::array<char, md5_hex_chars> digits;
  write_hex(Md5State::of(bytes_of(value)), digits);
  return hmac_.append({digits.data(), digits.size()}, out);
}

bool HmacMd5Token::append_upgraded(std::string_view md5_hex, std::string& out) const {
  if (md5_hex.size() != md5_hex_chars ||
      md5_hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return false;
  }
  return hmac_.append(md5_hex, out).ok();
}

}  // namespace moretta::mask
