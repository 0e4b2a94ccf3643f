#include "mask/policy.hpp"

#include <algorithm>
#include <array>

#include "base/ensure.hpp"
#include "mask/ff1_token.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

// In the order of the enum, which fingerprints of configurations have frozen.
constexpr std::array<std::string_view, 16> names = {
    "keep",        "redact",          "md5",      "sha256",  "hmac-sha256",           "aes-siv",
    "aes-256-cbc", "hmac-sha256+md5", "tokenize", "ff1",     "ipcrypt-deterministic", "ipcrypt-pfx",
    "truncate-ip", "character-mask",  "bucket",   "seed-cbc"};

constexpr std::size_t md5_bytes = 16;
constexpr std::size_t sha256_bytes = 32;
constexpr std::size_t siv_bytes = 16;
constexpr std::size_t iv_bytes = 16;
constexpr int cbc_block_bytes = 16;

// Both ends of a range and a dash; each may have a digit, and a minus, more than the value.
std::size_t bucket_chars(const Policy& policy, std::size_t value_bytes) {
  const std::size_t digits = std::to_string(policy.bucket_size).size();
  if (value_bytes <= 1) {
    return 2 + digits;
  }
  return std::min(bucket_chars_max, 2 * (std::max(value_bytes, digits) + 1) + 2);
}

// Letter, digits of the key's id, colon: what token_prefix() makes.
std::size_t prefix_chars(int key_id) {
  std::size_t chars = 3;
  for (int rest = key_id / 10; rest > 0; rest /= 10) {
    ++chars;
  }
  return chars;
}

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

bool is_keyed(Method method) {
  switch (method) {
    case Method::hmac_sha256:
    case Method::aes_siv:
    case Method::aes_256_cbc:
    case Method::hmac_sha256_md5:
    case Method::tokenize:
    case Method::ff1:
    case Method::ipcrypt_deterministic:
    case Method::ipcrypt_pfx:
      return true;
    case Method::keep:
    case Method::redact:
    case Method::md5:
    case Method::sha256:
    case Method::truncate_ip:
    case Method::character_mask:
    case Method::bucket:
    case Method::seed_cbc:
      break;
  }
  return false;
}

bool has_fixed_chars(Method method) {
  switch (method) {
    case Method::ipcrypt_deterministic:
    case Method::ipcrypt_pfx:
    case Method::truncate_ip:
    case Method::character_mask:
    case Method::bucket:
      return false;
    default:
      return true;
  }
}

bool needs_key(const Policy& policy) {
  return is_keyed(policy.method) || policy.recover != Recover::no;
}

bool says_its_key(const Policy& policy) {
  switch (policy.method) {
    case Method::hmac_sha256:
    case Method::hmac_sha256_md5:
      return !policy.bare;
    case Method::aes_siv:
    case Method::aes_256_cbc:
    case Method::tokenize:
      return true;
    default:
      return false;
  }
}

bool gives_tokens(Method method) {
  return method != Method::keep && method != Method::redact && method != Method::seed_cbc;
}

bool is_read_only(Method method) {
  return method == Method::seed_cbc;
}

bool is_recoverable(Method method) {
  switch (method) {
    case Method::aes_siv:
    case Method::aes_256_cbc:
    case Method::ff1:
    case Method::ipcrypt_deterministic:
    case Method::ipcrypt_pfx:
    case Method::seed_cbc:
      return true;
    default:
      return false;
  }
}

bool fits_type(Method method, ColumnType type) {
  if (type == ColumnType::text || type == ColumnType::varchar) {
    return true;
  }
  if (type == ColumnType::inet) {
    return method == Method::ipcrypt_deterministic || method == Method::ipcrypt_pfx ||
           method == Method::truncate_ip;
  }
  const bool is_integer =
      type == ColumnType::smallint || type == ColumnType::integer || type == ColumnType::bigint;
  return is_integer && method == Method::bucket;
}

std::optional<std::string> policy_fault(const Policy& policy) {
  if (policy.method == Method::ff1) {
    return policy.pattern.empty()
               ? "ff1 needs a `pattern` of the values, with `#` where a character is enciphered; "
                 "write e.g. `pattern: \"###-##-####\"`"
               : pattern_fault(policy.pattern, policy.alphabet);
  }
  if (policy.method == Method::bucket && policy.bucket_size < 1) {
    return "bucket needs a `size`, how many numbers share one; write e.g. `size: 10`";
  }
  if (policy.epoch != Epoch::none && !says_its_key(policy)) {
    return "`epoch` needs tokens that say which key made them; leave out `bare: true`";
  }
  return std::nullopt;
}

std::optional<std::size_t> value_bytes_bound(const Policy& policy) {
  if (policy.method == Method::ff1) {
    return policy.pattern.size();
  }
  const bool holds_address =
      policy.normalize == Normalize::ip || fits_type(policy.method, ColumnType::inet);
  return holds_address ? std::optional(address_chars_max) : std::nullopt;
}

std::size_t token_chars_max(const Policy& policy, int key_id, std::size_t value_bytes) {
  ENSURE(gives_tokens(policy.method));
  const std::size_t prefix = prefix_chars(key_id);
  switch (policy.method) {
    case Method::md5:
      return 2 * md5_bytes;
    case Method::sha256:
      return 2 * sha256_bytes;
    case Method::hmac_sha256:
    case Method::hmac_sha256_md5:
      return (policy.bare ? 0 : prefix) + static_cast<std::size_t>(policy.bits / 4);
    case Method::tokenize:
      return prefix + 2 * token_tag_bytes;
    case Method::aes_siv:
      return prefix + encoded_chars(siv_bytes + padded_bytes(value_bytes, policy.pad_bytes),
                                    policy.encoding.value_or(siv_encoding_default));
    case Method::aes_256_cbc:  // PKCS #7 pads as aes-siv does with one block: one byte at least
      return prefix + encoded_chars(iv_bytes + padded_bytes(value_bytes, cbc_block_bytes),
                                    policy.encoding.value_or(cbc_encoding_default));
    case Method::ff1:
      return policy.pattern.size();
    case Method::ipcrypt_deterministic:
    case Method::ipcrypt_pfx:
      return address_chars_max;
    case Method::truncate_ip:
      return network_chars_max;
    case Method::character_mask:
      return value_bytes;
    case Method::bucket:
      return bucket_chars(policy, value_bytes);
    case Method::keep:
    case Method::redact:
    case Method::seed_cbc:
      break;
  }
  return 0;
}

}  // namespace moretta::mask
