#include "mask/escrow_opener.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "mask/escrow_format.hpp"
#include "mask/gcm_opener.hpp"
#include "mask/hmac.hpp"
#include "mask/token.hpp"
#include "mask/vault_format.hpp"

namespace moretta::mask {

namespace {

constexpr std::size_t sealed_bytes_max = 1U << 30;  // over any that the sealer makes
constexpr std::size_t name_bytes_max = 0xffff;      // of a purpose or source id: 2-byte lengths

using Clear = std::optional<SecretBytes>;

struct Sealed {
  EscrowHeader header{};
  std::string_view body;  // ciphertext || tag

  [[nodiscard]] X25519Point ephemeral() const {
    X25519Point point{};
    std::copy_n(header.begin() + escrow_point_offset, point.size(), point.begin());
    return point;
  }
};

std::optional<Sealed> parse(std::string_view text, int recovery_id) {
  if (text.size() < escrow_header_bytes + gcm_tag_bytes || text.size() > sealed_bytes_max) {
    return std::nullopt;
  }
  Sealed sealed;
  std::ranges::copy(bytes_of(text.substr(0, escrow_header_bytes)), sealed.header.begin());
  const EscrowHeader ours = escrow_header(recovery_id, sealed.ephemeral());
  if (!std::equal(ours.begin(), ours.begin() + escrow_salt_offset, sealed.header.begin())) {
    return std::nullopt;
  }
  sealed.body = text.substr(escrow_header_bytes);
  return sealed;
}

}  // namespace

bool is_escrowed(std::string_view sealed) {
  return sealed.starts_with(escrow_magic);
}

struct EscrowOpener::State {
  RecoveryPrivate key;
  RecoveryPublic ours;

  // Of the ephemeral key seen last: a turn's seals stand beside each other.
  X25519Point ephemeral{};
  std::optional<Hmac> value_keys{};

  // False if the point can be no honest sealer's.
  bool agree(const X25519Point& point) {
    if (value_keys && point == ephemeral) {
      return true;
    }
    const auto shared = x25519(std::as_const(key.scalar).bytes(), point);
    if (!shared) {
      return false;
    }
    ephemeral = point;
    value_keys.emplace(escrow_batch_key(*shared, point, ours.point).bytes());
    return true;
  }
};

EscrowOpener::EscrowOpener(const RecoveryPrivate& key)
    : state_(new State{.key = key.clone(), .ours = public_half(key)}) {}

EscrowOpener::~EscrowOpener() = default;

Result<SecretBytes, NotRecoverable> EscrowOpener::open(std::string_view sealed,
                                                       std::string_view purpose,
                                                       std::string_view source_id) {
  if (purpose.size() > name_bytes_max || source_id.size() > name_bytes_max) {
    return Failure{NotRecoverable{}};
  }
  const auto parts = parse(sealed, state_->key.id);
  if (!parts || !state_->agree(parts->ephemeral())) {
    return Failure{NotRecoverable{}};
  }
  const auto salt = std::span(parts->header).subspan(escrow_salt_offset);
  Hmac::Tag value_key{};
  state_->value_keys->tag(salt, value_key);
  Clear clear =
      gcm_open(value_key, salt, escrow_associated(parts->header, purpose, source_id), parts->body);
  wipe(value_key);
  if (!clear) {
    return Failure{NotRecoverable{}};
  }
  return std::move(*clear);
}

Result<SecretBytes, NotRecoverable> EscrowOpener::original(std::string_view sealed_text,
                                                           std::string_view domain,
                                                           std::string_view token) {
  const auto parts = parse_token(sealed_text);
  const auto sealed =
      parts && parts->letter == escrow_letter ? from_base64url(parts->payload) : std::nullopt;
  if (!sealed || parts->key_id != state_->key.id) {
    return Failure{NotRecoverable{}};
  }
  const auto padded = open(*sealed, vault_purpose(domain), token);
  if (!padded) {
    return Failure{padded.error()};
  }
  const auto value = vault_unpadded(padded.value().view());
  if (!value) {
    return Failure{NotRecoverable{}};
  }
  return SecretBytes(*value);
}

}  // namespace moretta::mask
