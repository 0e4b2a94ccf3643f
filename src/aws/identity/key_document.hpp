#pragma once

// Keys as endpoints and programs give them: a JSON object with AccessKeyId, SecretAccessKey, a
// token and an expiration.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "aws/credentials.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace moretta::aws {

inline constexpr std::size_t key_document_bytes_max = 64 * 1024;  // tokens have up to a few kB

enum class TokenName { token, session_token };  // "Token" of endpoints, "SessionToken" of programs

struct KeyDocument {
  std::string code;  // of instance metadata: "Success", or why there are none
  int version = 0;   // of a program's
  Credentials keys;
};

// The error says what is missing, never what is there.
Result<KeyDocument, std::string> read_key_document(std::string_view json, TokenName token);

// RFC 3339 as AWS writes it: 2026-01-02T03:04:05Z, with or without a fraction, or with an offset.
std::optional<WallTime> parse_expiration(std::string_view text);

}  // namespace moretta::aws
