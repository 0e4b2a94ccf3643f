#pragma once

// Which tokens a change of key or method is about: told apart from the new ones by their looks
// alone, so that a change may be interrupted and repeated.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "mask/policy.hpp"

namespace moretta::app {

// As stored now. The first three are found by their prefix or by their 32 hex digits.
enum class OldForm {
  keyed,  // aes-siv and aes-256-cbc (`s1:…`, `c1:…`) under any other key or method than the new
  one_way,  // hmac-sha256 and tokenize (`h1:…`, `t1:…`): need a map that somebody else has made
  md5,      // 32 lower-case hex digits
  seed_cbc,  // base64 of a passphrase script; 64 characters or more
};

// Every new token begins so; empty for methods whose tokens have no prefix.
std::string new_prefix(const mask::Policy& policy, int key_id);

// A condition in SQL that holds for tokens to change and for none of the new ones, or why there is
// none. `column` is quoted.
Result<std::string, std::string> old_tokens_sql(OldForm form, const mask::Policy& policy,
                                                int key_id, std::string_view column);

}  // namespace moretta::app
