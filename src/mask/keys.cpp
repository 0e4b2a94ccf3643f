#include "mask/keys.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <memory>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "mask/openssl.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

constexpr std::string_view key_check_label = "pii-mask/v1 kcv";
constexpr std::size_t key_check_bytes = key_check_chars / 2;

constexpr std::size_t hex_chars = 2 * master_key_bytes;
constexpr std::size_t base64_chars = 43;  // of 32 bytes, without the one `=` of padding

constexpr std::size_t distinct_bytes_min = 12;  // random keys have about 30; 12 by chance: never
constexpr std::size_t run_bytes_max = 7;        // eight in arithmetic progression by chance: 2^-43
constexpr std::size_t derived_bytes_max = 64;   // AES-256-SIV takes two AES-256 keys
constexpr std::size_t length_prefix_max = 0xffff;

// Whoever knows the literature knows these.
constexpr std::array<std::string_view, 9> published_keys = {
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",  // our tests and documents
    "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",  // RFC 5297 A.1
    "7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",  // RFC 5297 A.2
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",  // SP 800-38A F.2.5
    "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94",  // NIST FF1 samples
    "0123456789abcdeffedcba98765432101032547698badcfeefcdab8967452301",  // ipcrypt-pfx
    "2b7e151628aed2a6abf7158809cf4f3ca9f5ba40db214c3798f2e1c23456789a",  // ipcrypt-pfx
    "1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202",  // Crypto-PAn
    "7ea23de93b94cbaf6e0d7cc77c4608a009579cb3d74b390496bb94e42341a904",  // the example in
                                                                         // docs/keys.md
};

bool is_published(const MasterKey& key) {
  std::string text = hex(key.bytes.bytes());
  const bool found = std::ranges::find(published_keys, text) != published_keys.end();
  wipe(text);
  return found;
}

std::size_t distinct_bytes(std::span<const std::byte> bytes) {
  std::bitset<256> seen;
  for (const std::byte byte : bytes) {
    seen.set(std::to_integer<std::size_t>(byte));
  }
  return seen.count();
}

bool repeats_its_first_half(std::span<const std::byte> bytes) {
  const std::size_t half = bytes.size() / 2;
  return std::ranges::equal(bytes.first(half), bytes.subspan(half));
}

// Bytes of the longest stretch that goes up or down by one constant step, modulo 256.
std::size_t longest_run(std::span<const std::byte> bytes) {
  const auto step = [&](std::size_t i) {
    return (std::to_integer<unsigned>(bytes[i]) - std::to_integer<unsigned>(bytes[i - 1])) & 255U;
  };
  std::size_t longest = 0;
  std::size_t run = 2;
  for (std::size_t i = 2; i < bytes.size(); ++i) {
    run = step(i) == step(i - 1) ? run + 1 : 2;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_printable(std::span<const std::byte> bytes) {
  return std::ranges::all_of(
      bytes, [](std::byte byte) { return byte >= std::byte{0x20} && byte <= std::byte{0x7e}; });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<std::string> decoded_base64(std::string_view text) {
  if (text.size() == base64_chars + 1 && text.ends_with('=')) {
    text.remove_suffix(1);
  }
  if (text.size() != base64_chars) {
    return std::nullopt;
  }
  if (text.find_first_of("+/") == std::string_view::npos) {
    return from_base64url(text);
  }
  std::string padded(text);
  padded.push_back('=');
  auto decoded = from_base64(padded);
  wipe(padded);
  return decoded;
}

void append_with_length(std::string_view text, std::string& out) {
  ENSURE(text.size() <= length_prefix_max);
  out.push_back(static_cast<char>(text.size() >> 8));
  out.push_back(static_cast<char>(text.size() & 255U));
  out += text;
}

}  // namespace

Result<MasterKey, std::string> parse_master_key(int id, std::string_view text) {
  const std::string tried = "cannot use key " + std::to_string(id) + ": ";
  if (id < 1 || id > key_id_max) {
    return Failure{tried + "key ids go from 1 to 65535; choose one of those"};
  }
  text = trimmed(text);
  auto decoded = text.size() == hex_chars ? from_hex(text) : decoded_base64(text);
  if (!decoded) {
    return Failure{tried + "its " + std::to_string(text.size()) +
                   " characters are neither 64 hex digits nor base64 of 32 bytes; " +
                   "make one with `openssl rand -hex 32`"};
  }
  MasterKey key{.id = id, .bytes = SecretBytes(std::string_view(*decoded))};
  wipe(*decoded);
  ENSURE(key.bytes.size() == master_key_bytes);
  return key;
}

std::optional<std::string> weakness(const MasterKey& key, Printable printable) {
  const std::span<const std::byte> bytes = std::as_const(key.bytes).bytes();
  if (bytes.size() != master_key_bytes) {
    return "it is " + std::to_string(bytes.size()) + " bytes long, not 32";
  }
  if (is_published(key)) {
    return "it is a test key that everybody can read in a standard or in our documents";
  }
  const std::size_t distinct = distinct_bytes(bytes);
  if (distinct == 1) {
    return "all its bytes are equal";
  }
  if (distinct < distinct_bytes_min) {
    return "it has only " + std::to_string(distinct) + " different bytes";
  }
  if (repeats_its_first_half(bytes)) {
    return "its second half repeats the first";
  }
  if (longest_run(bytes) > run_bytes_max) {
    return "it counts up or down in equal steps";
  }
  if (printable == Printable::refuse && is_printable(bytes)) {
    return "all its bytes are printable characters, as in a typed passphrase";
  }
  return std::nullopt;
}

std::string length_prefixed(std::string_view first, std::string_view second) {
  std::string out;
  out.reserve(first.size() + second.size() + 4);
  append_with_length(first, out);
  append_with_length(second, out);
  return out;
}

SecretBytes subkey(const MasterKey& key, std::string_view method, std::string_view domain,
                   std::size_t bytes) {
  ENSURE(key.bytes.size() == master_key_bytes);
  ENSURE(bytes > 0 && bytes <= derived_bytes_max);
  SecretBytes derived(bytes);
  hkdf_sha256({.key = std::as_const(key.bytes).bytes(),
               .salt = bytes_of(derivation_label),
               .info = bytes_of(length_prefixed(method, domain))},
              derived.bytes());
  return derived;
}

void hkdf_sha256(const HkdfInput& input, std::span<std::byte> out) {
  const std::unique_ptr<EVP_KDF, FreeOpenssl> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  require_openssl(kdf != nullptr, "HKDF");
  const std::unique_ptr<EVP_KDF_CTX, FreeOpenssl> context(EVP_KDF_CTX_new(kdf.get()));
  require_openssl(context != nullptr, "HKDF");

  // OSSL_PARAM is not const-correct; the KDF only reads.
  const auto octets = [](const char* name, std::span<const std::byte> bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::byte*>(bytes.data()),
                                             bytes.size());
  };
  char digest[] = "SHA256";
  std::array<OSSL_PARAM, 5> params = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      octets(OSSL_KDF_PARAM_KEY, input.key), octets(OSSL_KDF_PARAM_SALT, input.salt),
      octets(OSSL_KDF_PARAM_INFO, input.info), OSSL_PARAM_construct_end()};
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  require_openssl(EVP_KDF_derive(context.get(), to, out.size(), params.data()) == 1, "HKDF");
}

std::string key_check_value(const MasterKey& key) {
  const Sha256 mac = hmac_sha256(std::as_const(key.bytes).bytes(), key_check_label);
  return hex(std::span(mac).first(key_check_bytes));
}

}  // namespace moretta::mask
