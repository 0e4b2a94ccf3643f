#pragma once

// The two halves of the key that escrowed originals are sealed to. The worker's configuration holds
// the public half; the private half stays where moretta-unmask runs.
//
// recovery-public:<id>:<base64url of the point>     recovery-private:<id>:<base64url of the scalar>

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "mask/x25519.hpp"

namespace moretta::mask {

struct RecoveryPublic {
  int id = 1;  // stands in every seal; 1 to 65535, never reused
  X25519Point point{};

  bool operator==(const RecoveryPublic&) const = default;
};

struct RecoveryPrivate {
  int id = 1;
  SecretBytes scalar;  // exactly x25519_bytes

  [[nodiscard]] RecoveryPrivate clone() const { return {.id = id, .scalar = scalar.clone()}; }
};

RecoveryPrivate new_recovery_key(int id, Random& random);
RecoveryPublic public_half(const RecoveryPrivate& key);

// Blanks around the text do not count. The error says what is wrong with it, never the text; a
// private half where the public one belongs is refused by name.
Result<RecoveryPublic, std::string> parse_recovery_public(std::string_view text);
Result<RecoveryPrivate, std::string> parse_recovery_private(std::string_view text);

std::string shown(const RecoveryPublic& key);
SecretBytes shown(const RecoveryPrivate& key);

}  // namespace moretta::mask
