#include "app/unmask/unmask.hpp"

#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "support/command_world.hpp"

namespace moretta::app {

namespace {

constexpr auto good_key = "4a402b32b91dfbd90454cc06b7c00b6f240c6d8e392a55d22bf34cef24c29e67";
constexpr auto published_key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr auto token = "s1:LdPgZ06KQKOLQ3rZ3Q6zsJ_JQAwzYTXe6DOPz_AX1amxj6Km4kgyj-PjtA72I1Rn";

struct Ended {
  int code = 0;
  std::string out;
  std::string err;
};

class UnmaskProgram : public testing::Test {
 protected:
  Ended run(const std::vector<std::string>& arguments) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    World world{.environment = [this](const std::string& name) -> std::optional<std::string> {
                  const auto found = variables_.find(name);
                  return found == variables_.end() ? std::nullopt : std::optional(found->second);
                },
                .in = in,
                .out = out,
                .err = err,
                .clock = clock_,
                .random = random_,
                .terminal = terminal_};
    const int code = enter_unmask(arguments, world);
    return {.code = code, .out = out.str(), .err = err.str()};
  }

  std::map<std::string, std::string> variables_;
  Terminal terminal_;

 private:
  ManualClock clock_;
  SeededRandom random_{1};
};

}  // namespace

TEST_F(UnmaskProgram, wants_a_reason_a_domain_and_a_place_of_the_key) {
  variables_["SECRET_KEY"] = good_key;
  const struct {
    std::vector<std::string> arguments;
    std::string named;
  } cases[] = {{{"--domain", "ip", token}, "--reason"},
               {{"--domain", "ip", "--reason", "  ", token}, "--reason"},
               {{"--reason", "r", token}, "--domain"},
               {{"--reason", "r", "--domain", "ip", "--key", "abc", token}, "--key"},
               {{"--reason", "r", "--domain", "ip", "--quarantined", "id"}, "--domain"},
               {{"--reason", "r", "--domain", "ip", "--key-id", "0", token}, "--key-id"}};

  for (const auto& [arguments, named] : cases) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 64) << named;
    EXPECT_NE(ended.err.find(named), std::string::npos) << ended.err;
    EXPECT_TRUE(ended.out.empty());
  }
}

TEST_F(UnmaskProgram, does_not_start_without_a_usable_key) {
  const struct {
    std::string value;
    std::string said;
  } cases[] = {{"", "SECRET_KEY"}, {"abcdef", "64 hex digits"}, {published_key, "weak"}};

  for (const auto& [value, said] : cases) {
    variables_["SECRET_KEY"] = value;
    const Ended ended = run({"--reason", "r", "--domain", "ip", token});
    EXPECT_EQ(ended.code, 78) << value;
    EXPECT_NE(ended.err.find(said), std::string::npos) << ended.err;
    EXPECT_TRUE(value.empty() || ended.err.find(value) == std::string::npos);
  }
}

TEST_F(UnmaskProgram, keeps_clear_text_off_a_terminal_unless_told) {
  variables_["SECRET_KEY"] = good_key;
  terminal_.out = true;

  const Ended refused = run({"--reason", "r", "--domain", "ip", token});

  EXPECT_EQ(refused.code, 64);
  EXPECT_NE(refused.err.find("--to-terminal"), std::string::npos);
}

TEST_F(UnmaskProgram, says_the_same_of_every_token_that_it_cannot_open) {
  variables_["SECRET_KEY"] = good_key;
  const TemporaryFolder folder;

  for (const std::string& lost : {std::string(token), std::string("s9:AAAA"), std::string("???")}) {
    const Ended ended =
        run({"--reason", "r", "--domain", "ip", "--audit-file", folder.file("audit.jsonl"), lost});
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.out, "\n");
    EXPECT_TRUE(ended.err.ends_with(
        "moretta-unmask: not recoverable: wrong key, wrong domain or not a token of ours\n"));
  }
}

TEST_F(UnmaskProgram, shows_nothing_if_no_record_can_be_kept_of_it) {
  variables_["SECRET_KEY"] = good_key;

  const Ended ended = run({"--reason", "r", "--domain", "ip", token});

  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("--audit-file"), std::string::npos) << ended.err;
}

TEST_F(UnmaskProgram, shows_no_more_than_the_limit) {
  variables_["SECRET_KEY"] = good_key;

  const Ended ended = run({"--reason", "r", "--domain", "ip", "--limit", "1", token, token});

  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("--limit"), std::string::npos) << ended.err;
}

TEST_F(UnmaskProgram, finds_a_record_that_was_changed) {
  variables_["SECRET_KEY"] = good_key;
  const TemporaryFolder folder;
  const std::string file = folder.file("audit.jsonl");
  for (const char* reason : {"first", "second", "third"}) {
    run({"--reason", reason, "--domain", "ip", "--audit-file", file, token});
  }

  const Ended whole = run({"audit", "verify", "--audit-file", file});
  std::string text = read_whole(file);
  folder.write("audit.jsonl", text.replace(text.find("second"), 6, "sekond"));
  const Ended broken = run({"audit", "verify", "--audit-file", file, "--json"});

  EXPECT_EQ(whole.code, 0) << whole.err;
  EXPECT_TRUE(whole.out.starts_with("3 records, whole\nhead 3:")) << whole.out;
  EXPECT_EQ(broken.code, 1);
  EXPECT_NE(broken.out.find("record 2 was changed"), std::string::npos) << broken.out;
}

}  // namespace moretta::app
