#pragma once

// The token that a column would hold of a value, made the way the pipeline makes it.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/transform.hpp"
#include "mask/keys.hpp"
#include "mask/policy.hpp"
#include "record/column.hpp"

namespace moretta::app {

class TokenMaker {
 public:
  // `random` must outlive this; `key` may be null if the policy needs none.
  TokenMaker(const Column& column, const mask::Policy& policy, const mask::MasterKey* key,
             Random& random);

  // The reason is what would stand in the quarantine: a value that the column does not take.
  Result<std::string, Reason> token_of(std::string_view value);

 private:
  Transform transform_;
};

}  // namespace moretta::app
