#pragma once

// How a token is made, step by step, and how to make it without moretta: what `moretta explain`
// prints. For a key that is made up: the recipe shows it.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mask/keys.hpp"
#include "mask/policy.hpp"

namespace moretta::app {

struct Recipe {
  std::vector<std::pair<std::string, std::string>> steps;  // what, and its text or bytes in hex
  std::string shell;   // for bash with openssl and coreutils; empty if openssl has no such cipher
  std::string python;  // for Python 3; prints the token
};

// Nullopt if the method has no fixed recipe: keep and redact make no token.
// REQUIRED: `value` is printable ASCII without quotes, as the made-up ones are.
std::optional<Recipe> recipe_for(const mask::Policy& policy, const std::string& value,
                                 const mask::MasterKey& key);

}  // namespace moretta::app
