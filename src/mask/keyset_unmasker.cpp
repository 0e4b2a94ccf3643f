#include "mask/keyset_unmasker.hpp"

#include <optional>

#include "mask/seal_format.hpp"
#include "mask/token.hpp"

namespace moretta::mask {

namespace {

// The id in the header of a seal, if it may be one.
std::optional<int> key_id_of_seal(std::string_view sealed) {
  if (sealed.size() < seal_header_bytes || !sealed.starts_with(seal_magic)) {
    return std::nullopt;
  }
  const auto byte = [&](std::size_t at) {
    return static_cast<unsigned char>(sealed[at]);
  };
  return byte(seal_magic.size()) << 8 | byte(seal_magic.size() + 1);
}

}  // namespace

Unmasker* KeysetUnmasker::of_key(int id) {
  const MasterKey* key = keys_.find(id);
  return key == nullptr ? nullptr : &by_id_.try_emplace(id, *key).first->second;
}

Result<SecretBytes, NotRecoverable> KeysetUnmasker::unmask(std::string_view token,
                                                           std::string_view domain) {
  const auto parts = parse_token(token);
  Unmasker* unmasker = parts ? of_key(parts->key_id) : nullptr;
  if (unmasker == nullptr) {
    return Failure{NotRecoverable{}};
  }
  return unmasker->unmask(token, domain);
}

Result<SecretBytes, NotRecoverable> KeysetUnmasker::open_vault(std::string_view sealed,
                                                               std::string_view domain,
                                                               std::string_view token) {
  const auto parts = parse_token(sealed);
  if (parts && parts->letter == escrow_letter) {
    if (!escrow_) {
      return Failure{NotRecoverable{}};
    }
    return escrow_->original(sealed, domain, token);
  }
  Unmasker* unmasker = parts ? of_key(parts->key_id) : nullptr;
  if (unmasker == nullptr) {
    return Failure{NotRecoverable{}};
  }
  return unmasker->open_vault(sealed, domain, token);
}

Result<SecretBytes, NotRecoverable> KeysetUnmasker::open(std::string_view sealed,
                                                         std::string_view purpose,
                                                         std::string_view source_id) {
  if (is_escrowed(sealed)) {
    if (!escrow_) {
      return Failure{NotRecoverable{}};
    }
    return escrow_->open(sealed, purpose, source_id);
  }
  const auto id = key_id_of_seal(sealed);
  Unmasker* unmasker = id ? of_key(*id) : nullptr;
  if (unmasker == nullptr) {
    return Failure{NotRecoverable{}};
  }
  return unmasker->open(sealed, purpose, source_id);
}

}  // namespace moretta::mask
