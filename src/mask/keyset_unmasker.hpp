#pragma once

// Token -> original with whichever key of a keyset made it. In the target of unmasker.hpp, which
// `moretta` does not link.

#include <map>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/keyset.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

class KeysetUnmasker {
 public:
  // `keys` must outlive this.
  explicit KeysetUnmasker(const Keyset& keys) : keys_(keys) {}

  // As Unmasker. A key that is not read any more is the same one error as a wrong one.
  Result<SecretBytes, NotRecoverable> unmask(std::string_view token, std::string_view domain);
  Result<SecretBytes, NotRecoverable> open_vault(std::string_view sealed, std::string_view domain,
                                                 std::string_view token);
  Result<SecretBytes, NotRecoverable> open(std::string_view sealed, std::string_view purpose,
                                           std::string_view source_id);

 private:
  Unmasker* of_key(int id);

  const Keyset& keys_;
  std::map<int, Unmasker> by_id_;  // of the keys asked for so far
};

}  // namespace moretta::mask
