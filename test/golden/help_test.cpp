#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "golden/golden.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

// "keys new" -> keys-new
std::string file_name(std::string command) {
  std::ranges::replace(command, ' ', '-');
  return command;
}

class Help : public testing::TestWithParam<std::string> {};

TEST_P(Help, is_as_documented) {
  CommandWorld world;
  std::vector<std::string> arguments;
  std::istringstream words(GetParam() == "moretta" ? "" : GetParam());
  for (std::string word; words >> word;) {
    arguments.push_back(word);
  }
  arguments.emplace_back("--help");

  EXPECT_EQ(world.enter(arguments), 0);
  expect_golden("help/" + file_name(GetParam()) + ".txt", world.out.str());
}

INSTANTIATE_TEST_SUITE_P(Commands, Help,
                         testing::Values("moretta", "run", "drain", "lambda", "load", "mask",
                                         "init", "check", "test", "plan", "schema", "keys",
                                         "keys new", "keys add", "keys promote", "keys disable",
                                         "keys enable", "keys floor", "keys destroy", "keys list",
                                         "keys split", "keys passphrase", "quarantine",
                                         "quarantine list", "quarantine show", "quarantine purge",
                                         "trace", "rewrap", "erase", "audit", "explain", "lookup",
                                         "manifest", "top", "tap", "demo", "devqueue", "completion",
                                         "man"),
                         [](const auto& command) {
                           std::string name = command.param;
                           std::ranges::replace(name, ' ', '_');
                           return name;
                         });

}  // namespace
}  // namespace moretta::app
