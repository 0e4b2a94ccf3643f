#pragma once

// Recoverable tokens by AES-256 in CBC mode under the secret key as it is, so that openssl alone
// can read them: c<key id>:hex(IV || ciphertext). The IV is a keyed hash of the value: equal values
// give equal tokens, nothing else does, and recomputing it on recovery proves the value.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/aes_ecb.hpp"
#include "mask/hmac.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

// IV = first 16 bytes of HMAC-SHA-256(subkey("aes-256-cbc-iv", domain), value). For one thread.
class SyntheticIv {
 public:
  SyntheticIv(const MasterKey& key, std::string_view domain);

  void of(std::span<const std::byte> value, AesBlock& iv) const;

 private:
  Hmac hmac_;
};

// AES-CBC (NIST SP 800-38A section 6.2) without padding, chained by hand: giving OpenSSL's CBC its
// next IV costs as much as six blocks. For one thread.
class AesCbc {
 public:
  // REQUIRED: as AesEcb's.
  explicit AesCbc(std::span<const std::byte> key) : aes_(key) {}

  // In place. REQUIRED: whole blocks. False if OpenSSL failed.
  [[nodiscard]] bool encrypt(const AesBlock& iv, std::span<std::byte> text);

 private:
  AesEcb aes_;
};

// For one thread.
class CbcToken {
 public:
  CbcToken(const MasterKey& key, const Policy& policy);

  // As Tokenizer::append.
  Result<Done, Reason> append(std::string_view value, std::string& out);

 private:
  std::string prefix_;
  Encoding encoding_;
  SyntheticIv synthetic_iv_;
  AesCbc cbc_;
  SecretBytes scratch_;  // IV || padded value, encrypted in place
};

}  // namespace moretta::mask
