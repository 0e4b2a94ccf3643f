#pragma once

// Which tokens a change of key or method is about: told apart from the new ones by their looks
// alone, so that a change may be interrupted and repeated.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "mask/policy.hpp"

namespace moretta::app {

// As stored now, found by its prefix or its looks.
enum class OldForm {
  ours,  // `s1:…`, `c1:…`, and one-way with an original in the vault (`h1:…`, `t1:…`, plain
         // digests), under any other key or method than the new
  md5,   // 32 lower-case hex digits
  seed_cbc,  // base64 of a passphrase script; 64 characters or more
};

// Every new token begins so; empty for methods whose tokens have no prefix.
std::string new_prefix(const mask::Policy& policy, int key_id);

// A condition in SQL that holds for tokens to change and for none of the new ones, or why there is
// none. `column` is quoted.
Result<std::string, std::string> old_tokens_sql(OldForm form, const mask::Policy& policy,
                                                int key_id, std::string_view column);

// The same where the old tokens look like their values: `old` is ff1 or an ipcrypt method.
Result<std::string, std::string> old_shapes_sql(const mask::Policy& old, const mask::Policy& policy,
                                                int key_id, std::string_view column);

}  // namespace moretta::app
