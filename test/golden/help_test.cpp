#include <gtest/gtest.h>

#include "golden/golden.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

class Help : public testing::TestWithParam<std::string> {};

TEST_P(Help, is_as_documented) {
  CommandWorld world;
  const std::string command = GetParam();

  const int code = world.enter(command == "moretta" ? std::vector<std::string>{"--help"}
                                                    : std::vector<std::string>{command, "--help"});

  EXPECT_EQ(code, 0);
  expect_golden("help/" + command + ".txt", world.out.str());
}

INSTANTIATE_TEST_SUITE_P(Commands, Help,
                         testing::Values("moretta", "run", "drain", "mask", "init", "check",
                                         "schema", "demo", "devqueue"),
                         [](const auto& command) { return command.param; });

}  // namespace
}  // namespace moretta::app
