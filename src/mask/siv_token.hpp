#pragma once

// Recoverable tokens by AES-256-SIV: s<key id>:base64url(SIV || ciphertext) of the padded value.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/aes_siv.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "mask/token_batch.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

// The cipher of one key and domain; the unmasker makes the same.
AesSiv siv_of(const MasterKey& key, std::string_view domain);

// For one thread.
class SivToken : public TokenBatch {
 public:
  SivToken(const MasterKey& key, const Policy& policy);

  Result<Done, Reason> append(std::string_view value, std::string& out);  // as Tokenizer::append

  [[nodiscard]] bool takes(std::size_t value_bytes) const override;
  Result<Done, Reason> add(std::string_view value) override;
  [[nodiscard]] bool write(std::span<char* const> tokens) override;
  void drop() override;

 private:
  std::string prefix_;
  int pad_bytes_;
  Encoding encoding_;
  AesSiv siv_;
  SecretBytes scratch_;  // SIV || padded value, encrypted in place
  SecretBytes batch_;    // the same of many, each in as many bytes as the longest may have
  std::vector<std::span<std::byte>> payloads_;  // the parts of batch_ that are in use
};

}  // namespace moretta::mask
