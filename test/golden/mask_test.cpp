#include <gtest/gtest.h>

#include "golden/golden.hpp"
#include "support/command_world.hpp"
#include "support/source_tree.hpp"

namespace moretta::app {
namespace {

struct Sample {
  std::string preset;
  std::string format;
};

std::ostream& operator<<(std::ostream& out, const Sample& sample) {
  return out << sample.preset << '.' << sample.format;
}

class MaskedSample : public testing::TestWithParam<Sample> {};

// Tokens are for ever: a difference here means that stored data no longer joins.
TEST_P(MaskedSample, is_the_same_for_ever) {
  CommandWorld world;
  world.variables["SECRET_KEY"] = test_secret_key;
  world.in.str(read_whole(in_source_tree("examples/logins.jsonl")));
  const Sample& sample = GetParam();

  EXPECT_EQ(world.enter({"mask", "--preset", sample.preset, "--format", sample.format}), 3);

  expect_golden("mask/" + sample.preset + "." + sample.format, world.out.str());
}

INSTANTIATE_TEST_SUITE_P(Presets, MaskedSample,
                         testing::Values(Sample{"logins", "ndjson"}, Sample{"logins", "csv"},
                                         Sample{"logins-keyed", "ndjson"}));

}  // namespace
}  // namespace moretta::app
