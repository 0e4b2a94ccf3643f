#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_code.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* user = "    user: {from: /user, type: varchar(8), mask: keep}\n";

class Plan : public testing::Test {
 protected:
  std::string config(const std::string& name, const std::string& columns) {
    return folder.write(name, "table:\n  name: t\n  columns:\n" + columns);
  }

  int plan(const std::string& before, const std::string& after, const std::string& events,
           std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"plan",      folder.write("events", events),
                                          "--config",  config("new.yaml", after),
                                          "--against", config("old.yaml", before)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return world.enter(arguments);
  }

  TemporaryFolder folder;
  CommandWorld world;
};

TEST_F(Plan, says_that_nothing_changes) {
  const int code = plan(user, user, "{\"user\":\"a\"}\n\n{\"user\":\"b\"}\n");

  EXPECT_EQ(code, exit_done) << world.err.str();
  EXPECT_THAT(world.out.str(), AllOf(HasSubstr("2 events\n        2  give the same row\n"),
                                     Not(HasSubstr("changed"))));
}

TEST_F(Plan, shows_tokens_before_and_after_and_never_what_is_kept) {
  const std::string before = "    ip: {from: /ip, type: text, mask: md5}\n" + std::string(user);
  const std::string after =
      "    ip: {from: /ip, type: text, mask: hmac-sha256}\n"
      "    user: {from: /user, type: text, mask: keep}\n"
      "    v: {from: /v, type: integer, mask: keep}\n";

  const int code =
      plan(before, after, R"({"user":"secret-u","ip":"192.0.2.7","v":7})" + std::string("\n"));

  EXPECT_EQ(code, exit_done) << world.err.str();
  EXPECT_THAT(
      world.out.str(),
      AllOf(HasSubstr("column ip: mask md5 -> hmac-sha256\n"),
            HasSubstr("column v: new; the table must have it first\n"),
            HasSubstr("changed ip: 1\n"), HasSubstr("events:1  e9cc93d8ae23cfc5"),
            HasSubstr(" -> h1:"), HasSubstr("(no such column) -> an integer\n"),
            Not(HasSubstr("changed user")), Not(HasSubstr("secret-u")), Not(HasSubstr("192.0.2"))));
}

TEST_F(Plan, tells_events_that_lose_their_row_and_fails_then) {
  const std::string narrower = "    user: {from: /user, type: varchar(3), mask: keep}\n";
  const std::string events =
      "{\"user\":\"abc\"}\n{\"user\":\"abcd\"}\n[]\n{\"user\":\"abcdefghi\"}\n";

  EXPECT_EQ(plan(user, narrower, events), exit_rejects);
  EXPECT_THAT(world.out.str(), AllOf(HasSubstr("1  give no row any more\n"),
                                     HasSubstr("2  give no row, as before\n"),
                                     HasSubstr("no row any more, too_long of user: 1\n"),
                                     HasSubstr("events:2\n"), Not(HasSubstr("abcd"))));

  EXPECT_EQ(plan(narrower, user, events), exit_done);
  EXPECT_THAT(world.out.str(), HasSubstr("a row, no longer too_long of user: 1\n"));
}

TEST_F(Plan, speaks_json) {
  const std::string wider = "    user: {from: /user, type: text, mask: sha256}\n";

  plan(user, wider, "{\"user\":\"abc\"}\n", {"--json"});

  EXPECT_THAT(world.out.str(), AllOf(HasSubstr(R"("line":1,"fate":)"), HasSubstr(R"("same":0,)"),
                                     Not(HasSubstr("\"abc\""))));
}

}  // namespace
}  // namespace moretta::app
