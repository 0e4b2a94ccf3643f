#pragma once

// Where the private recovery key is -> the key.

#include <optional>
#include <string>

#include "app/world.hpp"
#include "mask/recovery_key.hpp"

namespace moretta::app {

// Nullopt if `place` is empty. Throws Refused, without the key.
std::optional<mask::RecoveryPrivate> read_recovery_key(const std::string& place,
                                                       const World& world);

}  // namespace moretta::app
