#pragma once

// What mask/escrow.hpp sealed -> clear, for the holder of the private recovery key. In the target
// of the unmasker: `moretta` does not link it.

#include <memory>
#include <string_view>

#include "mask/recovery_key.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

// True for the bytes of an escrow seal, whoever can open it.
bool is_escrowed(std::string_view sealed);

class EscrowOpener {
 public:
  explicit EscrowOpener(const RecoveryPrivate& key);
  ~EscrowOpener();
  EscrowOpener(const EscrowOpener&) = delete;
  EscrowOpener& operator=(const EscrowOpener&) = delete;

  Result<SecretBytes, NotRecoverable> open(std::string_view sealed, std::string_view purpose,
                                           std::string_view source_id);

  // A row of the vault (`e1:…`), sealed as the original of `token`.
  Result<SecretBytes, NotRecoverable> original(std::string_view sealed_text,
                                               std::string_view domain, std::string_view token);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moretta::mask
