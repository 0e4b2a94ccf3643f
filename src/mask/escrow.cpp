#include "mask/escrow.hpp"

#include <cstdint>
#include <optional>

#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "mask/escrow_format.hpp"
#include "mask/gcm.hpp"
#include "mask/hmac.hpp"
#include "mask/openssl.hpp"
#include "mask/token.hpp"
#include "mask/vault_format.hpp"

namespace moretta::mask {

namespace {

// Far below 2^48, where 96-bit salts begin to repeat; and what one leaked batch key would open.
constexpr std::uint32_t batch_seals_max = 1U << 16;

constexpr std::size_t clear_bytes_max = 1U << 30;  // over any message; OpenSSL counts in int

// One ephemeral key, its secret already forgotten.
struct Batch {
  EscrowHeader header;
  Hmac value_keys;
  std::uint32_t seals = 0;
};

Batch new_batch(const RecoveryPublic& key, Random& random) {
  SecretBytes ephemeral(x25519_bytes);
  random.fill(ephemeral.bytes());
  const X25519Point point = x25519_public(std::as_const(ephemeral).bytes());
  const auto shared = x25519(std::as_const(ephemeral).bytes(), key.point);
  ENSURE(shared.has_value());  // parse_recovery_public takes no point of small order
  const SecretBytes batch_key = escrow_batch_key(*shared, point, key.point);
  return {.header = escrow_header(key.id, point), .value_keys = Hmac(batch_key.bytes())};
}

}  // namespace

struct EscrowSealer::State {
  RecoveryPublic key;
  Random& random;
  std::string prefix = token_prefix(escrow_letter, key.id);
  Cipher aes = fetch_cipher(gcm_cipher);
  CipherContext context = new_cipher_context();
  std::optional<Batch> batch{};
  SecretBytes padded{};

  // `out` takes ciphertext || tag.
  [[nodiscard]] bool encrypt(std::string_view clear, std::string_view associated,
                             const Hmac::Tag& value_key, std::span<const std::byte> nonce,
                             std::span<unsigned char> out) {
    const auto raw = [](const auto& bytes) {
      return reinterpret_cast<const unsigned char*>(bytes.data());
    };
    return EVP_EncryptInit_ex2(context.get(), aes.get(), raw(value_key), raw(nonce), nullptr) ==
               1 &&
           gcm_encrypt(context, associated, clear, out);
  }
  [[nodiscard]] bool seal(std::string_view clear, std::string_view purpose,
                          std::string_view source_id, std::string& sealed);
};

bool EscrowSealer::State::seal(std::string_view clear, std::string_view purpose,
                               std::string_view source_id, std::string& sealed) {
  ENSURE(clear.size() <= clear_bytes_max);
  if (!batch || batch->seals == batch_seals_max) {
    batch.emplace(new_batch(key, random));
  }
  ++batch->seals;
  EscrowHeader& header = batch->header;
  const std::span<std::byte> salt = std::span(header).subspan(escrow_salt_offset);
  random.fill(salt);
  Hmac::Tag value_key;
  batch->value_keys.tag(salt, value_key);
  const std::string associated = escrow_associated(header, purpose, source_id);
  sealed.assign(text_of(header));
  sealed.resize(escrow_header_bytes + clear.size() + gcm_tag_bytes);
  auto* body = reinterpret_cast<unsigned char*>(sealed.data()) + escrow_header_bytes;
  const bool done =
      encrypt(clear, associated, value_key, salt, {body, clear.size() + gcm_tag_bytes});
  wipe(value_key);
  return done;
}

EscrowSealer::EscrowSealer(const RecoveryPublic& key, Random& random)
    : state_(new State{.key = key, .random = random}) {}

EscrowSealer::~EscrowSealer() = default;
EscrowSealer::EscrowSealer(EscrowSealer&&) noexcept = default;

std::string EscrowSealer::seal(std::string_view clear, std::string_view purpose,
                               std::string_view source_id) {
  std::string sealed;
  if (!state_->seal(clear, purpose, source_id, sealed)) {
    throw Unavailable(
        "cannot seal a message: OpenSSL failed, probably for lack of memory; "
        "the message stays in the queue");
  }
  return sealed;
}

bool EscrowSealer::append_original(std::string_view value, std::string_view domain,
                                   std::string_view token, std::string& out) {
  const std::span<std::byte> text = vault_padded(value, state_->padded);
  std::string sealed;
  const bool done = state_->seal(text_of(text), vault_purpose(domain), token, sealed);
  wipe(text);
  if (done) {
    out += state_->prefix;
    append_base64url(bytes_of(sealed), out);
  }
  return done;
}

void EscrowSealer::end_batch() {
  if (!state_->batch) {
    return;
  }
  state_->batch.reset();
  // The context remembers the key of the last value.
  state_->context = new_cipher_context();
}

}  // namespace moretta::mask
