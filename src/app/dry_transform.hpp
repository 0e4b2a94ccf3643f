#pragma once

// Rows without a queue and a database: what a configuration makes of a message. Nothing goes to the
// vault.

#include "app/config.hpp"
#include "core/transform.hpp"

namespace moretta::app {

// Under the configuration's keys, which must outlive what is made of the parts.
Transform::Parts dry_parts(const Config& config);

// Under `key` alone, which must outlive it too.
Transform::Parts dry_parts(const Config& config, const mask::MasterKey& key);

// Of tests and plans: the same everywhere, so that they need no secret and their tokens are worth
// nothing. SHA-256 of "moretta test key".
mask::MasterKey test_key(int id);

}  // namespace moretta::app
