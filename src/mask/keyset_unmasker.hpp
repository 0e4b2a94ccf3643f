#pragma once

// Token -> original with whichever key of a keyset made it. In the target of unmasker.hpp, which
// `moretta` does not link.

#include <map>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/escrow_opener.hpp"
#include "mask/keyset.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

class KeysetUnmasker {
 public:
  // `keys` must outlive this. `recovery` opens what is in escrow; null: nothing does.
  explicit KeysetUnmasker(const Keyset& keys, const RecoveryPrivate* recovery = nullptr)
      : keys_(keys) {
    if (recovery != nullptr) {
      escrow_.emplace(*recovery);
    }
  }

  // As Unmasker. A key that is not read any more is the same one error as a wrong one.
  Result<SecretBytes, NotRecoverable> unmask(std::string_view token, std::string_view domain);
  Result<SecretBytes, NotRecoverable> open_vault(std::string_view sealed, std::string_view domain,
                                                 std::string_view token);
  Result<SecretBytes, NotRecoverable> open(std::string_view sealed, std::string_view purpose,
                                           std::string_view source_id);

 private:
  Unmasker* of_key(int id);

  const Keyset& keys_;
  std::optional<EscrowOpener> escrow_;
  std::map<int, Unmasker> by_id_;  // of the keys asked for so far
};

}  // namespace moretta::mask
