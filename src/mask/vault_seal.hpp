#pragma once

// What the vault keeps of an original with `recover: seal`: v<key id>:base64url of a seal
// (mask/seal.hpp), padded, under the domain and bound to its token (mask/vault_format.hpp).

#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "mask/seal.hpp"

namespace moretta::mask {

// For one thread.
class VaultSealer {
 public:
  // `random` must outlive the sealer.
  VaultSealer(const MasterKey& key, std::string_view domain, Random& random);

  // Appends the sealed original of `token`. Throws as Sealer::seal.
  void append(std::string_view value, std::string_view token, std::string& out);

 private:
  std::string prefix_;
  Sealer sealer_;
  SecretBytes scratch_;  // the padded value
};

}  // namespace moretta::mask
