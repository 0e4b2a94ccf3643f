#pragma once

// Reads what scripts with a passphrase wrote before moretta: base64(salt 16 || IV 16 ||
// ciphertext), AES-256-CBC with PKCS #7 padding under PBKDF2-HMAC-SHA-256(passphrase, salt, 100,000
// rounds, 32). Never written: a random salt and IV hide that two values are equal. In the unmask
// target.

#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/unmasker.hpp"

namespace moretta::mask {

inline constexpr int seed_cbc_rounds = 100'000;

// For one thread. The key of each value is its own, so one takes about 50 ms.
class SeedCbcReader {
 public:
  explicit SeedCbcReader(const SecretBytes& passphrase);
  ~SeedCbcReader();
  SeedCbcReader(const SeedCbcReader&) = delete;
  SeedCbcReader& operator=(const SeedCbcReader&) = delete;

  // Has no tag: of a wrong passphrase or a changed text, about one in 2^8 gives a wrong value
  // rather than NotRecoverable, and fewer the longer the value is, since it must be UTF-8 without
  // NUL.
  Result<SecretBytes, NotRecoverable> unmask(std::string_view token);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moretta::mask
