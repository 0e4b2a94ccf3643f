#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/exit_code.hpp"
#include "support/command_world.hpp"

namespace moretta::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view table = R"(
table:
  name: user_logins
  columns:
    user_id:     {from: /user_id, type: varchar(128), mask: keep}
    masked_ip:   {from: /ip, type: varchar(256), mask: {method: aes-siv, normalize: ip}}
    locale:      {from: /locale, type: text, mask: keep, required: false, nullable: true}
    app_version: {from: /app_version, type: integer, convert: major_version, mask: keep}
    create_date: {from: $sent_at, type: date, convert: date_utc}
)";

struct Tested {
  int code = 0;
  std::string out;
  std::string err;
};

Tested run_tests(const std::string& tests, const std::vector<std::string>& more = {}) {
  const TemporaryFolder folder;
  CommandWorld world;
  std::vector<std::string> arguments = {"test", "-c",
                                        folder.write("moretta.yaml", std::string(table) + tests)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const int code = world.enter(arguments);
  return {.code = code, .out = world.out.str(), .err = world.err.str()};
}

TEST(CasesOfConfig, hold_without_a_key_in_the_environment) {
  const Tested tested = run_tests(R"(
tests:
  - name: a plain login
    message: {user_id: u1, ip: "::ffff:192.0.2.1", app_version: 2.3.0}
    sent_at: 2026-01-31T23:59:59Z
    row: {user_id: u1, masked_ip: {token_of: "192.0.2.1"}, locale: null, app_version: 2,
          create_date: 2026-01-31}
  - message: '{"user_id": "u1"'
    reject: invalid_json
  - message: {user_id: u1, app_version: "1"}
    reject: {reason: missing_key, column: masked_ip}
)");

  EXPECT_EQ(tested.code, exit_done) << tested.out << tested.err;
  EXPECT_EQ(tested.out, "ok    a plain login\nok    test 2\nok    test 3\n3 passed, 0 failed\n");
}

TEST(CasesOfConfig, show_what_differs_and_fail) {
  const Tested tested = run_tests(R"(
tests:
  - name: wrong in two places
    message: {user_id: u1, ip: 192.0.2.1, app_version: "10"}
    row: {user_id: u1, app_version: 1, masked_ip: {token_of: 192.0.2.2}}
  - name: a row came
    message: {user_id: u1, ip: 192.0.2.1, app_version: "10"}
    reject: missing_key
  - name: no row came
    message: {user_id: 7, ip: 192.0.2.1, app_version: "10"}
    row: {user_id: "7"}
)");

  EXPECT_EQ(tested.code, exit_failed);
  EXPECT_THAT(
      tested.out,
      AllOf(HasSubstr("FAIL  wrong in two places (line 12)"),
            HasSubstr("app_version  expected  1\n"), HasSubstr("             got       10\n"),
            HasSubstr("(the token of 192.0.2.2)"),
            HasSubstr("message  expected  reject missing_key"),
            HasSubstr("got       reject wrong_type of user_id"), HasSubstr("0 passed, 3 failed")));
}

TEST(CasesOfConfig, are_lines_of_json_for_scripts) {
  const Tested tested = run_tests(R"(
tests:
  - message: {user_id: u1, ip: 192.0.2.1, app_version: "10"}
    row: {app_version: 1}
)",
                                  {"--json"});

  EXPECT_EQ(tested.out, R"({"name":"test 1","line":12,"ok":false,"differences":[)"
                        R"({"place":"app_version","expected":"1","got":"10"}]})"
                        "\n{\"passed\":0,\"failed\":1}\n");
}

TEST(CasesOfConfig, name_every_mistake_with_its_place) {
  const Tested tested = run_tests(R"(
tests:
  - row: {user_id: u1}
  - message: {}
  - message: {}
    row: {app_versoin: 1}
  - message: {}
    reject: missing_kye
  - message: {}
    sent_at: yesterday
    row: {user_id: [1]}
)");

  EXPECT_EQ(tested.code, exit_config);
  EXPECT_THAT(tested.err,
              AllOf(HasSubstr(":12:5: test 1: `message` is missing"),
                    HasSubstr(":13:5: test 2: it must expect one thing"),
                    HasSubstr(":15:11: unknown key `app_versoin` in `row` of test 3; allowed: "
                              "user_id, masked_ip, locale, app_version, create_date; did you mean "
                              "`app_version`?"),
                    HasSubstr(":17:13: test 4: `missing_kye` is not a reason"),
                    HasSubstr(":19:5: test 5: `sent_at` is not a time"),
                    HasSubstr(":20:11: test 5: column `user_id` must be a value")));
}

TEST(CasesOfConfig, are_missed_when_there_are_none) {
  const Tested tested = run_tests("");

  EXPECT_EQ(tested.code, exit_config);
  EXPECT_THAT(tested.err, HasSubstr("there are no tests"));
}

}  // namespace
}  // namespace moretta::app
