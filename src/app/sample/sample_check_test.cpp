#include "app/sample/sample_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_code.hpp"
#include "support/command_world.hpp"
#include "support/source_tree.hpp"

namespace moretta::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string checked(const std::string& columns, const std::string& events) {
  const TemporaryFolder folder;
  CommandWorld world;
  const std::string config =
      folder.write("moretta.yaml", "table:\n  name: t\n  columns:\n" + columns);
  EXPECT_EQ(world.enter({"check", "-c", config, "--sample", folder.write("events", events)}),
            exit_done)
      << world.out.str();
  return world.out.str();
}

TEST(CheckWithSample, names_what_is_missing_rejected_or_in_clear) {
  const std::string out = checked(
      "    a: {from: /a, type: text, mask: keep}\n"
      "    b: {from: /b, type: text, mask: keep}\n"
      "    c: {from: /c, type: text, mask: keep}\n"
      "    d: {from: /d/ip, type: text, mask: keep}\n"
      "    e: {from: /e, type: text, mask: sha256, required: false}\n",
      "{\"a\":\"x\",\"b\":\"192.0.2.7\",\"d\":{\"ip\":\"h\"}}\n"
      "{\"a\":null,\"d\":{\"ip\":\"h\"}}\n");

  EXPECT_THAT(out, AllOf(HasSubstr("column a: /a is null in 1 of 2 events of the sample"),
                         HasSubstr("column b: 1 of 2 events of the sample lack /b"),
                         HasSubstr("column b: it is stored in clear, although 1 of 1 look like IP"),
                         HasSubstr("column c: no event of the sample has /c: none gives a row"),
                         HasSubstr("column d: it is stored in clear, although its name speaks"),
                         HasSubstr("column e: no event of the sample has /e\n"),
                         Not(HasSubstr("column a: it is stored"))));
}

TEST(CheckWithSample, is_content_with_the_recommended_preset_and_the_real_messages) {
  CommandWorld world;
  EXPECT_EQ(world.enter({"check", "--preset", "logins-keyed", "--sample",
                         in_source_tree("examples/logins.jsonl")}),
            exit_done);

  EXPECT_THAT(world.out.str(), AllOf(Not(HasSubstr("in clear")), Not(HasSubstr("no event of")),
                                     HasSubstr("column user_id: 1 of 100 events of the sample")));
}

}  // namespace
}  // namespace moretta::app
