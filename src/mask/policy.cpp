#include "mask/policy.hpp"

#include <array>

#include "base/ensure.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::array<std::string_view, 7> names = {"keep",        "redact",  "md5",        "sha256",
                                                   "hmac-sha256", "aes-siv", "aes-256-cbc"};

constexpr std::size_t md5_bytes = 16;
constexpr std::size_t sha256_bytes = 32;
constexpr std::size_t siv_bytes = 16;
constexpr std::size_t iv_bytes = 16;
constexpr int aes_block_bytes = 16;

}  // namespace

std::string_view method_name(Method method) {
  return names.at(static_cast<std::size_t>(method));
}

std::optional<Method> method_of(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) {
      return static_cast<Method>(i);
    }
  }
  return std::nullopt;
}

bool needs_key(const Policy& policy) {
  return policy.method == Method::hmac_sha256 || is_recoverable(policy.method) ||
         policy.recover != Recover::no;
}

bool gives_tokens(Method method) {
  return method != Method::keep && method != Method::redact;
}

bool is_recoverable(Method method) {
  return method == Method::aes_siv || method == Method::aes_256_cbc;
}

std::size_t token_chars_max(const Policy& policy, int key_id, std::size_t value_bytes) {
  ENSURE(gives_tokens(policy.method));
  const std::size_t prefix = token_prefix(hmac_letter, key_id).size();
  switch (policy.method) {
    case Method::md5:
      return 2 * md5_bytes;
    case Method::sha256:
      return 2 * sha256_bytes;
    case Method::hmac_sha256:
      return (policy.bare ? 0 : prefix) + static_cast<std::size_t>(policy.bits / 4);
    case Method::aes_siv:
      return prefix + encoded_chars(siv_bytes + padded_bytes(value_bytes, policy.pad_bytes),
                                    policy.encoding.value_or(siv_encoding_default));
    case Method::aes_256_cbc:  // PKCS #7 pads as aes-siv does with one block: one byte at least
      return prefix + encoded_chars(iv_bytes + padded_bytes(value_bytes, aes_block_bytes),
                                    policy.encoding.value_or(cbc_encoding_default));
    case Method::keep:
    case Method::redact:
      break;
  }
  return 0;
}

}  // namespace moretta::mask
