#include "devqueue/ndjson.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "support/source_tree.hpp"

namespace moretta::devqueue {
namespace {

TEST(ReadLines, gives_the_real_sample_line_by_line) {
  const auto lines = read_lines(in_source_tree("examples/logins.jsonl"));

  ASSERT_EQ(lines.size(), 100U);
  EXPECT_TRUE(lines.front().starts_with(R"({"user_id": "424cdd21-)"));
}

TEST(ReadLines, skips_blank_lines_and_carriage_returns) {
  const std::string path = testing::TempDir() + "devqueue_ndjson_test.jsonl";
  std::ofstream(path, std::ios::binary) << "{\"a\":1}\r\n\n  \n{\"b\":2}";

  const auto lines = read_lines(path);
  std::filesystem::remove(path);

  EXPECT_EQ(lines, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"}));
}

TEST(ReadLines, says_which_file_it_cannot_open) {
  try {
    read_lines("/nowhere/at.jsonl");
    FAIL() << "opened a file that is not there";
  } catch (const Refused& refused) {
    EXPECT_STREQ(refused.what(), "cannot open /nowhere/at.jsonl: No such file or directory");
  }
}

}  // namespace
}  // namespace moretta::devqueue
