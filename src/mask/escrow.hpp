#pragma once

// Seals to a public recovery key: the worker can make them and open none, not even its own.
//
// "PME1" || recovery key id (2 bytes, big-endian) || ephemeral X25519 point (32) || salt (12 random
// bytes) || AES-256-GCM ciphertext || 16-byte tag. Key of a value = HMAC-SHA-256(batch key, salt),
// nonce = salt, AAD = those first 50 bytes || LP(purpose) || LP(source id); the batch key is that
// of mask/escrow_format.hpp. In text: e<recovery key id>:base64url of all of it.

#include <memory>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "mask/recovery_key.hpp"

namespace moretta::mask {

// In the vault, in place of a master key's id: no master key opens the row.
inline constexpr int escrow_key_id = 0;

// For one thread.
class EscrowSealer {
 public:
  // `random` must outlive the sealer.
  EscrowSealer(const RecoveryPublic& key, Random& random);
  ~EscrowSealer();
  EscrowSealer(EscrowSealer&&) noexcept;
  EscrowSealer& operator=(EscrowSealer&&) = delete;
  EscrowSealer(const EscrowSealer&) = delete;
  EscrowSealer& operator=(const EscrowSealer&) = delete;

  // `source_id` binds the seal to its place: it does not open under another.
  // Throws Unavailable if OpenSSL has no memory.
  std::string seal(std::string_view clear, std::string_view purpose, std::string_view source_id);

  // A row of the vault, in text: the original of `token`, padded. False if OpenSSL failed.
  [[nodiscard]] bool append_original(std::string_view value, std::string_view domain,
                                     std::string_view token, std::string& out);

  // Forgets what could open the seals made so far. Costs the next seal a new agreement of keys
  // (about 80 us), so once a turn.
  void end_batch();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moretta::mask
