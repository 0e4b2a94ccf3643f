#pragma once

// Token -> original, for those who hold the key. In a target of its own: `moretta` does not link
// it.

#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"

namespace moretta::mask {

// The one error: wrong key, wrong domain, changed token or none of ours look the same from outside.
struct NotRecoverable {
  bool operator==(const NotRecoverable&) const = default;
};

class Unmasker {
 public:
  explicit Unmasker(const MasterKey& key);
  ~Unmasker();
  Unmasker(const Unmasker&) = delete;
  Unmasker& operator=(const Unmasker&) = delete;

  // Tokens of aes-siv (`s1:…`) and aes-256-cbc (`c1:…`), either encoding.
  Result<SecretBytes, NotRecoverable> unmask(std::string_view token, std::string_view domain);

  // The token of a column with this policy. Tokens of ff1 and the ipcrypt methods say nothing of
  // themselves, so for them the policy is needed; and they have no tag: a wrong key, a wrong domain
  // or a changed token gives a wrong value, not NotRecoverable.
  Result<SecretBytes, NotRecoverable> unmask(std::string_view token, const Policy& policy);

  // What the vault keeps beside `token` (its column `sealed`), whichever `recover:` wrote it.
  Result<SecretBytes, NotRecoverable> open_vault(std::string_view sealed, std::string_view domain,
                                                 std::string_view token);

  // What mask/seal.hpp made.
  Result<SecretBytes, NotRecoverable> open(std::string_view sealed, std::string_view purpose,
                                           std::string_view source_id);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moretta::mask
