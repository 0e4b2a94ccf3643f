#pragma once

// Many tokens of a column at once, for methods whose cipher takes values side by side in a fraction
// of the time that it needs for one after another: values are added, then the tokens of all are
// written.

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

inline constexpr std::size_t batch_values_max = 32;

// For one thread.
class TokenBatch {
 public:
  virtual ~TokenBatch() = default;

  // Not of long values, nor of more than batch_values_max.
  [[nodiscard]] virtual bool takes(std::size_t value_bytes) const = 0;

  // bad_value: not of the form that the method takes, and not added. REQUIRED: takes(value.size());
  // normalized.
  virtual Result<Done, Reason> add(std::string_view value) = 0;

  // A place of token_chars_max characters for each value, in order; null: nobody wants it. False if
  // OpenSSL failed, and nothing is written. Empty afterwards.
  [[nodiscard]] virtual bool write(std::span<char* const> tokens) = 0;

  // Wipes what was added.
  virtual void drop() = 0;

 protected:
  TokenBatch() = default;
  TokenBatch(const TokenBatch&) = default;
  TokenBatch(TokenBatch&&) = default;
  TokenBatch& operator=(const TokenBatch&) = default;
  TokenBatch& operator=(TokenBatch&&) = default;
};

}  // namespace moretta::mask
