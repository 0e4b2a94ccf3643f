#pragma once

// A secret in two shares, for two people: both together give it back, and one alone tells no more
// than its length. Shamir's scheme for two of two, which is an exclusive or with random bytes.

#include <cstddef>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace moretta::app {

struct Shares {
  SecretBytes one;
  SecretBytes other;
};

// Of a secret of so many bytes.
std::size_t share_chars(std::size_t secret_bytes);

// Each is a line of text: `moretta-share:` the number of the pair, `:` and base64url of as many
// random bytes, or of their exclusive or with a check (SHA-256 of the secret, its first 8 bytes)
// and the secret.
Shares make_shares(const SecretBytes& secret, Random& random);

// In either order. Says what is wrong: no shares, shares of two secrets, one share twice.
Result<SecretBytes, std::string> join_shares(const SecretBytes& one, const SecretBytes& other);

}  // namespace moretta::app
