#pragma once

// Public: typed values -> masked row, or one value -> token (moretta::mask::Masker, Tokenizer,
// Policy, MasterKey), and what an operator should be told of a policy.

#include "mask/keys.hpp"
#include "mask/masker.hpp"
#include "mask/policy.hpp"
#include "mask/tokenizer.hpp"
#include "mask/warning.hpp"
