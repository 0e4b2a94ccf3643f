#include "golden/golden.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace moretta {

void expect_golden(const std::string& name, const std::string& got) {
  const std::string path = std::string(MORETTA_SOURCE_DIR) + "/test/golden/" + name;
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
