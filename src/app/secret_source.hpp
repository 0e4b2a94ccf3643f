#pragma once

// Where secrets come from: `env:NAME` or `file:PATH`. The configuration names the place, never the
// secret, so that it can be committed and printed.

#include <string>
#include <string_view>

#include "app/environment.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/keys.hpp"

namespace moretta::app {

inline constexpr std::size_t secret_bytes_max = 4096;  // a URL or a key; longer is the wrong file

bool is_secret_reference(std::string_view text);

// Without the line end that editors leave. The error says what is wrong and how to mend it, and
// never holds the secret. REQUIRED: is_secret_reference(reference).
Result<SecretBytes, std::string> read_secret(std::string_view reference,
                                             const Environment& environment);

// Refuses keys that are malformed or weak.
Result<mask::MasterKey, std::string> read_master_key(int id, std::string_view reference,
                                                     const Environment& environment);

}  // namespace moretta::app
