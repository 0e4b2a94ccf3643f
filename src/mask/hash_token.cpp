#include "mask/hash_token.hpp"

#include <array>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t hmac_key_bytes = 32;  // as long as the hash, RFC 2104 section 3

}  // namespace

DigestToken::DigestToken(Method method)
    : digest_(fetch_digest(method == Method::md5 ? "MD5" : "SHA256")),
      context_(new_digest_context()) {
  ENSURE(method == Method::md5 || method == Method::sha256);
}

bool DigestToken::append(std::string_view value, std::string& out) {
  std::array<std::byte, EVP_MAX_MD_SIZE> hash;
  unsigned hash_bytes = 0;
  if (EVP_DigestInit_ex(context_.get(), digest_.get(), nullptr) != 1 ||
      EVP_DigestUpdate(context_.get(), value.data(), value.size()) != 1 ||
      EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(hash.data()),
                         &hash_bytes) != 1) {
    return false;
  }
  append_hex(std::span(hash).first(hash_bytes), out);
  return true;
}

HmacToken::HmacToken(const MasterKey& key, const Policy& policy)
    : prefix_(policy.bare ? std::string() : token_prefix(hmac_letter, key.id)),
      tag_bytes_(static_cast<std::size_t>(policy.bits) / 8),
      hmac_(subkey(key, "hmac-sha256", policy.domain, hmac_key_bytes).bytes()) {
  ENSURE(policy.bits == 256 || policy.bits == 128);
}

bool HmacToken::append(std::string_view value, std::string& out) {
  Hmac::Tag tag;
  if (!hmac_.tag(bytes_of(value), tag)) {
    return false;
  }
  out += prefix_;
  append_hex(std::span(tag).first(tag_bytes_), out);
  return true;
}

}  // namespace moretta::mask
