#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_code.hpp"
#include "support/command_world.hpp"
#include "support/source_tree.hpp"

namespace moretta::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string good =
    R"({"user_id":"u","app_version":"2.3.0","device_type":"ios","ip":"199.172.111.135",)"
    R"("locale":null,"device_id":"593-47-5928"})";

TEST(MaskCommand, masks_the_sample_and_rejects_its_one_bad_line) {
  CommandWorld world;
  world.in.str(read_whole(in_source_tree("examples/logins.jsonl")));

  EXPECT_EQ(world.enter({"mask", "--preset", "logins"}), exit_rejects);

  const std::string out = world.out.str();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 99);
  EXPECT_THAT(
      out,
      StartsWith(R"({"user_id":"424cdd21-063a-43a7-b91b-7ca1a833afae","device_type":"android",)"
                 R"("masked_ip":"a56e7589b4b780605f7c614d13df6696",)"
                 R"("masked_device_id":"1237b6b78f6293ce2714d52b209eb3b4","locale":"RU",)"
                 R"("app_version":2,"create_date":"2023-11-14"})"
                 "\n"));
  EXPECT_EQ(world.err.str(),
            R"({"line":13,"reason":"missing_key","column":"user_id","pointer":"/user_id"})"
            "\n");
}

TEST(MaskCommand, writes_csv_with_a_header) {
  CommandWorld world;
  world.in.str(good + "\n");

  EXPECT_EQ(world.enter({"mask", "--preset", "logins", "--format", "csv"}), exit_done);
  EXPECT_EQ(world.out.str(),
            "user_id,device_type,masked_ip,masked_device_id,locale,app_version,create_date\r\n"
            "u,ios,a56e7589b4b780605f7c614d13df6696,1237b6b78f6293ce2714d52b209eb3b4,,2,2023-11-14"
            "\r\n");
}

TEST(MaskCommand, gives_keyed_tokens_only_with_a_key) {
  CommandWorld world;
  world.in.str(good);

  EXPECT_EQ(world.enter({"mask", "--preset", "logins-keyed"}), exit_config);
  EXPECT_THAT(world.err.str(), HasSubstr("the variable SECRET_KEY is not set"));
  world.variables["SECRET_KEY"] = test_secret_key;
  EXPECT_EQ(world.enter({"mask", "--preset", "logins-keyed"}), exit_done);
  EXPECT_THAT(world.out.str(), HasSubstr(R"("masked_ip":"s1:)"));
}

TEST(MaskCommand, counts_blank_lines_only_before_the_end) {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"\n\n", ""},
      {good + "\n\n\n", ""},
      {good + "\r\n\r\n", ""},
      {"\n\n" + good,
       "{\"line\":1,\"reason\":\"invalid_json\"}\n"
       "{\"line\":2,\"reason\":\"invalid_json\"}\n"},
  };

  for (const auto& [input, want] : cases) {
    CommandWorld world;
    world.in.str(input);

    EXPECT_EQ(world.enter({"mask", "--preset", "logins"}), want.empty() ? exit_done : exit_rejects);
    EXPECT_EQ(world.err.str(), want) << input;
  }
}

TEST(MaskCommand, goes_on_after_any_bad_line) {
  CommandWorld world;
  world.in.str("[]\n" + std::string(2'000'000, 'x') + "\n{\n" + good + "\n");

  EXPECT_EQ(world.enter({"mask", "--preset", "logins"}), exit_rejects);
  EXPECT_EQ(world.err.str(),
            "{\"line\":1,\"reason\":\"not_an_object\"}\n"
            "{\"line\":2,\"reason\":\"body_too_large\"}\n"
            "{\"line\":3,\"reason\":\"invalid_json\"}\n");
  EXPECT_THAT(world.out.str(), HasSubstr("a56e7589b4b780605f7c614d13df6696"));
}

}  // namespace
}  // namespace moretta::app
