#pragma once

// Public, and apart: token -> original, with the key (moretta::mask::Unmasker). Link moretta_unmask
// only into programs whose users may recover.

#include "mask/keys.hpp"
#include "mask/unmasker.hpp"
