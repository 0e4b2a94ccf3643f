#pragma once

// What the configuration does with which key, as the registry in the database keeps it.

#include <vector>

#include "app/config.hpp"
#include "pg/key_registry.hpp"

namespace moretta::app {

// The keys that may make a column's tokens from now on: one, or those of an epoch's months.
// REQUIRED: the keyset has them.
std::vector<const mask::KeyEntry*> writing_keys_of(const mask::Policy& policy,
                                                   const mask::Keyset& keys);

// Of every column, the vault and the quarantine, each with the key that writes it; then all keys
// that are at hand, to be compared. Empty if the command has read no key.
std::vector<pg::KeyUse> key_uses(const Config& config);

}  // namespace moretta::app
