#include "mask/seal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "mask/gcm.hpp"
#include "mask/openssl.hpp"
#include "mask/seal_format.hpp"

namespace moretta::mask {

namespace {

// Random 96-bit nonces: the chance of a repetition stays under 2^-32 (NIST SP 800-38D section 8.3).
constexpr std::uint64_t seals_max = std::uint64_t{1} << 32;

}  // namespace

struct Sealer::State {
  SealHeader header;
  std::string purpose;
  Random& random;
  Cipher aes = fetch_cipher(gcm_cipher);
  CipherContext context = new_cipher_context();
  std::uint64_t seals = 0;

  // `out` takes ciphertext || tag.
  [[nodiscard]] bool encrypt(std::string_view clear, std::string_view associated,
                             std::span<unsigned char> out) {
    const auto* nonce = reinterpret_cast<const unsigned char*>(header.data()) + seal_nonce_offset;
    return EVP_EncryptInit_ex2(context.get(), nullptr, nullptr, nonce, nullptr) == 1 &&
           gcm_encrypt(context, associated, clear, out);
  }
};

Sealer::Sealer(const MasterKey& key, std::string_view purpose, Random& random)
    : state_(new State{
          .header = seal_header(key.id), .purpose = std::string(purpose), .random = random}) {
  const SecretBytes sealing = subkey(key, seal_method, purpose, gcm_key_bytes);
  require_openssl(EVP_EncryptInit_ex2(state_->context.get(), state_->aes.get(), sealing.data(),
                                      nullptr, nullptr) == 1,
                  gcm_cipher);
}

Sealer::~Sealer() = default;

std::string Sealer::seal(std::string_view clear, std::string_view source_id) {
  State& state = *state_;
  ENSURE(clear.size() <= seal_bytes_max);
  if (state.seals == seals_max) {
    throw Refused("cannot seal a message: this key has sealed 2^32 of them",
                  "add a new key, make it the primary one and restart");
  }
  ++state.seals;
  state.random.fill(std::span(state.header).subspan(seal_nonce_offset));
  const std::string associated = seal_associated(state.header, state.purpose, source_id);

  std::string sealed(text_of(state.header));
  sealed.resize(seal_header_bytes + clear.size() + gcm_tag_bytes);
  auto* body = reinterpret_cast<unsigned char*>(sealed.data()) + seal_header_bytes;
  if (!state.encrypt(clear, associated, {body, clear.size() + gcm_tag_bytes})) {
    throw Unavailable(
        "cannot seal a message: OpenSSL failed, probably for lack of memory; "
        "the message stays in the queue");
  }
  return sealed;
}

}  // namespace moretta::mask
