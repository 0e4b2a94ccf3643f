#include "mask/seed_cbc.hpp"

#include <optional>
#include <string>
#include <utility>

#include <simdjson.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/openssl.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t block_bytes = 16;
constexpr std::size_t head_bytes = salt_bytes + block_bytes;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t text_chars_max = 1U << 24;  // ciphers count in int; over any stored value

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// JSON strings are UTF-8, and Postgres holds no NUL: whatever else comes out was never a value.
bool is_text(std::string_view text) {
  return text.find('\0') == std::string_view::npos &&
         simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace

struct SeedCbcReader::State {
  SecretBytes passphrase;
  Digest sha256 = fetch_digest("SHA256");
  Cipher aes = fetch_cipher("AES-256-CBC");
  CipherContext context = new_cipher_context();

  [[nodiscard]] std::optional<SecretBytes> key_of(std::string_view salt) const;
};

SeedCbcReader::SeedCbcReader(const SecretBytes& passphrase)
    : state_(new State{.passphrase = passphrase.clone()}) {}

SeedCbcReader::~SeedCbcReader() = default;

std::optional<SecretBytes> SeedCbcReader::State::key_of(std::string_view salt) const {
  SecretBytes key(key_bytes);
  const std::string_view words = passphrase.view();
  const bool done = PKCS5_PBKDF2_HMAC(words.data(), static_cast<int>(words.size()), raw(salt),
                                      static_cast<int>(salt.size()), seed_cbc_rounds, sha256.get(),
                                      static_cast<int>(key.size()),
                                      reinterpret_cast<unsigned char*>(key.bytes().data())) == 1;
  return done ? std::optional(std::move(key)) : std::nullopt;
}

Result<SecretBytes, NotRecoverable> SeedCbcReader::unmask(std::string_view token) {
  const auto decoded =
      token.size() > text_chars_max ? std::optional<std::string>() : from_base64(token);
  if (!decoded || decoded->size() < head_bytes + block_bytes ||
      decoded->size() % block_bytes != 0) {
    return Failure{NotRecoverable{}};
  }
  const std::string_view payload = *decoded;
  const auto key = state_->key_of(payload.substr(0, salt_bytes));
  if (!key) {
    return Failure{NotRecoverable{}};
  }
  const std::string_view ciphertext = payload.substr(head_bytes);
  EVP_CIPHER_CTX* context = state_->context.get();
  SecretBytes text(ciphertext.size() + block_bytes);
  auto* to = reinterpret_cast<unsigned char*>(text.bytes().data());
  int written = 0;
  int last = 0;
  const bool opened = EVP_DecryptInit_ex2(context, state_->aes.get(), key->data(),
                                          raw(payload) + salt_bytes, nullptr) == 1 &&
                      EVP_DecryptUpdate(context, to, &written, raw(ciphertext),
                                        static_cast<int>(ciphertext.size())) == 1 &&
                      EVP_DecryptFinal_ex(context, to + written, &last) == 1;
  EVP_CIPHER_CTX_reset(context);  // which wipes the key and the last block
  const auto value = std::as_const(text).bytes().first(static_cast<std::size_t>(written + last));
  if (!opened || !is_text(text_of(value))) {
    return Failure{NotRecoverable{}};
  }
  return SecretBytes(value);
}

}  // namespace moretta::mask
