#include "aws/identity/process_keys.hpp"

#include "support/identity_world.hpp"

namespace moretta::aws {
namespace {

class Process : public IdentityTest {
 protected:
  std::string script(const std::string& body) {
    const std::string path = write("program", "#!/bin/sh\n" + body);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
};

TEST(SplitCommand, follows_a_shells_quotes_and_nothing_else_of_it) {
  using Words = std::vector<std::string>;
  const struct {
    const char* line;
    std::optional<Words> words;
  } cases[] = {
      {"a b  c", Words{"a", "b", "c"}},
      {"\t/opt/tool --x=1 ", Words{"/opt/tool", "--x=1"}},
      {R"(a "b c" 'd e')", Words{"a", "b c", "d e"}},
      {R"(a\ b "c\"d" 'e\f' "g\h")", Words{"a b", "c\"d", "e\\f", "g\\h"}},
      {R"("" x'y'"z")", Words{"", "xyz"}},
      {"a $HOME | b; c `d`", Words{"a", "$HOME", "|", "b;", "c", "`d`"}},
      {"", std::nullopt},
      {"  ", std::nullopt},
      {"a 'b", std::nullopt},
      {"a \"b", std::nullopt},
  };
  for (const auto& [line, words] : cases) {
    EXPECT_EQ(split_command(line), words) << line;
  }
}

TEST_F(Process, prints_the_keys_each_time_anew) {
  const std::string path =
      script("printf '" + keys_json("'\"$1\"'", "SessionToken") + "'; echo hush >&2\n");
  ProcessKeys keys("p", path + " 'AKID'");

  const Credentials first = keys.fetch();

  EXPECT_EQ(first.access_key_id, "AKID");
  EXPECT_EQ(first.session_token.view(), "the-token");
  EXPECT_TRUE(first.expires_at);
}

TEST_F(Process, fails_with_a_reason_that_holds_nothing_it_printed) {
  const struct {
    std::string body;
    const char* why;
  } cases[] = {
      {"echo hush; exit 3", "it ended with code 3"},
      {"echo hush", "the answer is not a JSON object"},
      {R"(echo '{"Version":1,"AccessKeyId":"hush"}')", "the answer has no SecretAccessKey"},
      {R"(echo '{"Version":2,"AccessKeyId":"A","SecretAccessKey":"hush"}')",
       "the answer's Version is not 1"},
      {"yes hush", "it printed more than 64 kB"},
      {"exit 0", "the answer is not a JSON object"},
  };
  for (const auto& [body, why] : cases) {
    const std::string path = script(body + "\n");
    const std::string error = thrown([&] { ProcessKeys("p", path).fetch(); });
    EXPECT_NE(error.find(why), std::string::npos) << error;
    EXPECT_EQ(error.find("hush"), std::string::npos) << error;
  }
  EXPECT_NE(thrown([&] { ProcessKeys("p", "/no/such/program").fetch(); }).find("cannot be started"),
            std::string::npos);
}

}  // namespace
}  // namespace moretta::aws
