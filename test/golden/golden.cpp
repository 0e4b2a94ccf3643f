#include "golden/golden.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "support/source_tree.hpp"

namespace moretta {

void expect_golden(const std::string& name, const std::string& got) {
  const std::string path = in_source_tree("test/golden/" + name);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << got;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream want;
  want << file.rdbuf();
  EXPECT_EQ(got, want.str()) << "if that is meant: UPDATE_GOLDEN=1 ctest -L golden";
}

}  // namespace moretta
