#include "mask/unmasker.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <openssl/crypto.h>

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "mask/cbc_token.hpp"
#include "mask/gcm_opener.hpp"
#include "mask/seal_format.hpp"
#include "mask/shape_reader.hpp"
#include "mask/siv_token.hpp"
#include "mask/token.hpp"
#include "mask/vault_format.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t block_bytes = 16;
constexpr std::size_t text_bytes_max = 1U << 24;  // of a token: over any that the masker makes
constexpr std::size_t name_bytes_max = 0xffff;  // of a domain, purpose or source id: 2-byte lengths

using Clear = std::optional<SecretBytes>;

std::span<const std::byte> first(const SecretBytes& bytes, std::size_t count) {
  return bytes.bytes().first(count);
}

// What the payload may stand for. Only the spelling that the masker writes: lower-case hex.
std::array<std::optional<std::string>, 2> decodings(std::string_view payload) {
  const bool lower = payload.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return {lower ? from_hex(payload) : std::nullopt, from_base64url(payload)};
}

// An IV, then at least one whole block.
bool has_token_shape(std::string_view payload) {
  return payload.size() >= 2 * block_bytes && payload.size() % block_bytes == 0;
}

Clear open_siv(AesSiv& siv, std::span<const std::byte> payload) {
  AesBlock iv;
  std::copy_n(payload.begin(), block_bytes, iv.begin());
  SecretBytes text(payload.subspan(block_bytes));
  AesBlock expected;
  if (!siv.ctr(iv, text.bytes()) || !siv.s2v(text.bytes(), expected) ||
      CRYPTO_memcmp(iv.data(), expected.data(), block_bytes) != 0) {
    return std::nullopt;
  }
  const std::string_view padded = text.view();
  const std::size_t end = padded.find_last_not_of('\0');
  if (end == std::string_view::npos || padded[end] != '\x80') {
    return std::nullopt;
  }
  return SecretBytes(padded.substr(0, end));
}

// Length without PKCS #7 padding; the whole length, and `good` cleared, if the padding is wrong.
// Looks at the same bytes either way.
std::size_t unpadded(std::span<const std::byte> text, unsigned& good) {
  const auto pad = std::to_integer<unsigned>(text.back());
  unsigned wrong = static_cast<unsigned>(pad == 0) | static_cast<unsigned>(pad > block_bytes);
  for (unsigned i = 1; i <= block_bytes; ++i) {
    const auto byte = std::to_integer<unsigned>(text[text.size() - i]);
    wrong |= static_cast<unsigned>(i <= pad) & static_cast<unsigned>(byte != pad);
  }
  good &= wrong ^ 1U;
  return text.size() - std::size_t{pad} * (wrong ^ 1U);
}

// CBC decryption that never says why it failed: the IV is recomputed and compared whether or not
// the padding was right.
class CbcReader {
 public:
  CbcReader(const MasterKey& key, std::string_view domain)
      : synthetic_iv_(key, domain),
        aes_(fetch_cipher("AES-256-CBC")),
        context_(new_cipher_context()) {
    require_openssl(
        EVP_DecryptInit_ex2(context_.get(), aes_.get(), key.bytes.data(), nullptr, nullptr) == 1 &&
            EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1,
        "AES-256-CBC");
  }

  Clear open(std::span<const std::byte> payload) {
    const auto* raw = reinterpret_cast<const unsigned char*>(payload.data());
    SecretBytes text(payload.size() - block_bytes);
    auto* to = reinterpret_cast<unsigned char*>(text.bytes().data());
    const int bytes = static_cast<int>(text.size());
    int written = 0;
    if (EVP_DecryptInit_ex2(context_.get(), nullptr, nullptr, raw, nullptr) != 1 ||
        EVP_DecryptUpdate(context_.get(), to, &written, raw + block_bytes, bytes) != 1 ||
        written != bytes) {
      return std::nullopt;
    }
    unsigned good = 1;
    const std::size_t value_bytes = unpadded(text.bytes(), good);
    AesBlock expected{};
    synthetic_iv_.of(first(text, value_bytes), expected);
    good &= static_cast<unsigned>(CRYPTO_memcmp(raw, expected.data(), expected.size()) == 0);
    return good == 1 ? Clear(SecretBytes(first(text, value_bytes))) : std::nullopt;
  }

 private:
  SyntheticIv synthetic_iv_;
  Cipher aes_;
  CipherContext context_;
};

// The keyed readers of one domain.
struct DomainReaders {
  DomainReaders(const MasterKey& key, std::string_view name)
      : domain(name), siv(siv_of(key, name)), cbc(key, name) {}

  std::string domain;
  AesSiv siv;
  CbcReader cbc;

  Clear open(char letter, std::string_view payload) {
    return letter == siv_letter ? open_siv(siv, bytes_of(payload)) : cbc.open(bytes_of(payload));
  }
};

struct SealParts {
  SealHeader header{};
  std::string_view body;  // ciphertext || tag
};

std::optional<SealParts> parse_seal(std::string_view sealed, int key_id) {
  if (sealed.size() < seal_header_bytes + gcm_tag_bytes || sealed.size() > seal_bytes_max) {
    return std::nullopt;
  }
  SealParts parts{.body = sealed.substr(seal_header_bytes)};
  std::ranges::copy(bytes_of(sealed.substr(0, seal_header_bytes)), parts.header.begin());
  const SealHeader ours = seal_header(key_id);
  const bool same =
      std::equal(ours.begin(), ours.begin() + seal_nonce_offset, parts.header.begin());
  return same ? std::optional(parts) : std::nullopt;
}

Clear open_seal(const MasterKey& key, std::string_view purpose, const SealParts& parts,
                std::string_view associated) {
  const SecretBytes opening = subkey(key, seal_method, purpose, gcm_key_bytes);
  return gcm_open(opening.bytes(), std::span(parts.header).subspan(seal_nonce_offset), associated,
                  parts.body);
}

}  // namespace

struct Unmasker::State {
  MasterKey key;
  // Of what was asked for last: a run is about one column.
  std::optional<DomainReaders> readers{};
  std::optional<ShapeReader> shape_reader{};
  Policy shape_policy{};
};

Unmasker::Unmasker(const MasterKey& key) : state_(new State{.key = key.clone()}) {}

Unmasker::~Unmasker() = default;

Result<SecretBytes, NotRecoverable> Unmasker::unmask(std::string_view token,
                                                     std::string_view domain) {
  if (token.size() > text_bytes_max || domain.size() > name_bytes_max) {
    return Failure{NotRecoverable{}};
  }
  const auto parts = parse_token(token);
  if (!parts || parts->key_id != state_->key.id ||
      (parts->letter != siv_letter && parts->letter != cbc_letter)) {
    return Failure{NotRecoverable{}};
  }
  if (!state_->readers || state_->readers->domain != domain) {
    state_->readers.emplace(state_->key, domain);
  }
  for (const auto& payload : decodings(parts->payload)) {
    if (payload && has_token_shape(*payload)) {
      Clear clear = state_->readers->open(parts->letter, *payload);
      if (clear) {
        return std::move(*clear);
      }
    }
  }
  return Failure{NotRecoverable{}};
}

Result<SecretBytes, NotRecoverable> Unmasker::unmask(std::string_view token, const Policy& policy) {
  if (!ShapeReader::reads(policy.method)) {
    return unmask(token, policy.domain);
  }
  if (policy.domain.empty() || policy.domain.size() > name_bytes_max || policy_fault(policy)) {
    return Failure{NotRecoverable{}};
  }
  if (!state_->shape_reader || state_->shape_policy != policy) {
    state_->shape_reader.emplace(state_->key, policy);
    state_->shape_policy = policy;
  }
  Clear clear = state_->shape_reader->open(token);
  if (!clear) {
    return Failure{NotRecoverable{}};
  }
  return std::move(*clear);
}

Result<SecretBytes, NotRecoverable> Unmasker::open_vault(std::string_view sealed,
                                                         std::string_view domain,
                                                         std::string_view token) {
  const auto parts = parse_token(sealed);
  if (!parts || parts->letter != seal_letter) {
    return unmask(sealed, domain);
  }
  if (sealed.size() > text_bytes_max || parts->key_id != state_->key.id) {
    return Failure{NotRecoverable{}};
  }
  const auto bytes = from_base64url(parts->payload);
  auto padded = bytes ? open(*bytes, vault_purpose(domain), token)
                      : Result<SecretBytes, NotRecoverable>(Failure{NotRecoverable{}});
  const auto value = padded ? vault_unpadded(padded.value().view()) : std::nullopt;
  if (!value) {
    return Failure{NotRecoverable{}};
  }
  return SecretBytes(*value);
}

Result<SecretBytes, NotRecoverable> Unmasker::open(std::string_view sealed,
                                                   std::string_view purpose,
                                                   std::string_view source_id) {
  if (purpose.size() > name_bytes_max || source_id.size() > name_bytes_max) {
    return Failure{NotRecoverable{}};
  }
  const auto parts = parse_seal(sealed, state_->key.id);
  if (!parts) {
    return Failure{NotRecoverable{}};
  }
  Clear clear =
      open_seal(state_->key, purpose, *parts, seal_associated(parts->header, purpose, source_id));
  if (!clear) {
    return Failure{NotRecoverable{}};
  }
  return std::move(*clear);
}

}  // namespace moretta::mask
