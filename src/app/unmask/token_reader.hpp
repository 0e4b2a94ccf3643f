#pragma once

// Tokens that do not say what they are: those of ff1 and the ipcrypt methods, which look like
// values, and what scripts with a passphrase stored. Whoever asks has to say.

#include <memory>
#include <optional>
#include <string_view>

#include "app/unmask/invocation.hpp"
#include "app/world.hpp"
#include "base/secret.hpp"
#include "mask/keyset.hpp"
#include "mask/policy.hpp"
#include "mask/seed_cbc.hpp"
#include "mask/unmasker.hpp"

namespace moretta::app {

// Throws Refused unless the mask is one whose tokens hold their values and do not say so.
mask::Policy shape_of(const std::string& mask, std::string_view domain);

class TokenReader {
 public:
  // Null if the tokens speak for themselves. Throws Refused if what is said of them cannot be.
  static std::unique_ptr<TokenReader> of(const RecoverOptions& options, const mask::Keyset& keys,
                                         const World& world);

  std::optional<SecretBytes> open(std::string_view token);

 private:
  struct Shape {
    Shape(const mask::MasterKey& key, mask::Policy of) : unmasker(key), policy(std::move(of)) {}
    mask::Unmasker unmasker;
    mask::Policy policy;
  };

  std::unique_ptr<Shape> shape_;
  std::optional<mask::SeedCbcReader> seed_;
};

}  // namespace moretta::app
