#pragma once

// Tokens -> originals: from the token itself where it holds one, by way of the vault where it is
// one-way.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "mask/keyset_unmasker.hpp"

namespace moretta::app {

// What the vault keeps for these tokens of one domain: the sealed original by token. Tokens that it
// does not know are absent.
using SealedByToken = std::map<std::string, std::string, std::less<>>;
using VaultLookup = std::function<SealedByToken(std::span<const std::string> tokens)>;

// Absent: not recoverable, for whatever reason (mask::NotRecoverable says why there is only one).
using Original = std::optional<SecretBytes>;

// True if the token does not hold its original, so that only the vault may have it.
bool is_one_way(std::string_view token);

// One for each token, in order. `vault` is asked at most once, and only for one-way tokens.
std::vector<Original> recover(mask::KeysetUnmasker& unmasker, std::string_view domain,
                              std::span<const std::string> tokens, const VaultLookup& vault);

}  // namespace moretta::app
