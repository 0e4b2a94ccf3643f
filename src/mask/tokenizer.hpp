#pragma once

// Value -> token under one policy: the method chosen once, at start.

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "mask/cbc_token.hpp"
#include "mask/ff1_token.hpp"
#include "mask/generalise.hpp"
#include "mask/hash_token.hpp"
#include "mask/ipcrypt.hpp"
#include "mask/keys.hpp"
#include "mask/normalize.hpp"
#include "mask/policy.hpp"
#include "mask/siv_token.hpp"
#include "mask/token_batch.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

// Over every body that decode accepts; ciphers count bytes in int.
inline constexpr std::size_t value_bytes_max = 1U << 22;

// For one thread.
class Tokenizer {
 public:
  // REQUIRED: gives_tokens(policy.method); a key and a domain if is_keyed(policy.method); no
  // policy_fault. Throws Refused if OpenSSL does not provide the method.
  Tokenizer(const Policy& policy, const MasterKey* key);

  // Normalizes and appends the token, or says why there is none and leaves `out` unspecified: then
  // no row may be made of it. mask_failed: OpenSSL failed. bad_value: not of the form that the
  // method or `normalize` takes. Allocates nothing but what `out` and the longest value so far
  // need. REQUIRED: value.size() <= value_bytes_max.
  Result<Done, Reason> append(std::string_view value, std::string& out);

  // The two halves of append, for who must look between them. What `normalized` gives is borrowed
  // until the next call, or `forget`.
  Result<std::string_view, Reason> normalized(std::string_view value);
  Result<Done, Reason> append_normalized(std::string_view value, std::string& out);
  void forget() { normalizer_.forget(); }

  // Null if the method makes its tokens one by one.
  TokenBatch* batch();

 private:
  using Algorithm =
      std::variant<DigestToken, HmacToken, HmacMd5Token, SivToken, CbcToken, Ff1Token,
                   IpcryptDeterministicToken, IpcryptPfxToken, TruncateIp, CharacterMask, Bucket>;

  static Algorithm algorithm_of(const Policy& policy, const MasterKey* key);

  Normalizer normalizer_;
  Algorithm algorithm_;
};

}  // namespace moretta::mask
