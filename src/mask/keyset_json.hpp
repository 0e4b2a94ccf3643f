#pragma once

// A keyset as JSON text. The text holds keys: read from memory that is wiped, written to memory
// that is wiped, never copied between.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "mask/keyset.hpp"

namespace moretta::mask {

inline constexpr std::size_t keyset_bytes_max = 256 * 1024;  // 256 keys of at most 1 KiB each

// True for text that means to be a keyset, even a broken one; a plain key starts otherwise.
bool looks_like_keyset(std::string_view text);

//   {"version": 1, "min_read_id": 1, "keys": [
//     {"id": 2, "state": "primary", "created": "2026-11-01T00:00:00Z", "kcv": "0123456789abcdef",
//      "material": "<base64url of 32 bytes>"},
//     {"id": 1, "state": "destroyed", "created": "2025-11-01T00:00:00Z", "kcv": "…"}]}
//
// Instead of `material`: `wrapped` (base64) or `ref` (URI); beside it, `"ascii_ok": true`. Members
// may come in any order, each once and no others. The error says what is wrong and where, never
// what the text holds but ids, states and kcvs.
Result<Keyset, std::string> parse_keyset(std::string_view text);

// The same keyset again, one key a line.
SecretBytes keyset_json(const Keyset& keyset);

}  // namespace moretta::mask
