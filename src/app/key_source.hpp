#pragma once

// A place -> the keys that are there: a keyset, or one plain key, or a passphrase if it is said to
// be one. Weak, published and wrong keys do not come out of here.

#include <string>
#include <string_view>

#include "app/environment.hpp"
#include "app/world.hpp"
#include "base/result.hpp"
#include "mask/keys.hpp"
#include "mask/keyset.hpp"

namespace moretta::app {

struct KeySource {
  std::string place;       // REQUIRED: is_secret_reference
  int id = 1;              // of a plain key or a passphrase; a keyset has its own
  std::string passphrase;  // parameters (mask/passphrase.hpp); empty: the secret is a key
};

// With everything supplied that it reads: keys that a `ref` names are read from there.
Result<mask::Keyset, std::string> read_keyset(const KeySource& source,
                                              const Environment& environment);

// One plain key, as `keys new --from` takes it.
Result<mask::MasterKey, std::string> read_master_key(const KeySource& source,
                                                     const Environment& environment);

// After reading: wipes the key out of the environment, if that is its place. True if it was.
bool forget_key(const std::string& place, const World& world);

}  // namespace moretta::app
