#pragma once

// Output compared with a file of this folder. UPDATE_GOLDEN=1 writes the files anew; git shows what
// changed.

#include <string>

namespace moretta {

// `name` is relative to test/golden.
void expect_golden(const std::string& name, const std::string& got);

}  // namespace moretta
