#pragma once

// Recoverable tokens by AES-256-SIV: s<key id>:base64url(SIV || ciphertext) of the padded value.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/aes_siv.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

// The cipher of one key and domain; the unmasker makes the same.
AesSiv siv_of(const MasterKey& key, std::string_view domain);

// For one thread.
class SivToken {
 public:
  SivToken(const MasterKey& key, const Policy& policy);

  // As Tokenizer::append.
  Result<Done, Reason> append(std::string_view value, std::string& out);

 private:
  std::string prefix_;
  int pad_bytes_;
  Encoding encoding_;
  AesSiv siv_;
  SecretBytes scratch_;  // SIV || padded value, encrypted in place
};

}  // namespace moretta::mask
