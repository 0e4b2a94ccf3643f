#include "aws/credentials.hpp"

#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/errors.hpp"

namespace moretta::aws {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

// A home directory with the two shared files, and an environment that may name them.
class Home : public testing::Test {
 protected:
  Home() {
    std::string path = std::filesystem::temp_directory_path() / "moretta-home-XXXXXX";
    home_ = mkdtemp(path.data());
    std::filesystem::create_directory(home_ / ".aws");
  }
  ~Home() override { std::filesystem::remove_all(home_); }

  void write(const std::string& name, std::string_view text) {
    std::ofstream(home_ / ".aws" / name) << text;
  }

  Environment environment(Variables variables = {}) {
    variables.emplace("HOME", home_.string());
    return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }

  Credentials found(Variables variables = {}) {
    return find_credentials(environment(std::move(variables)))->current();
  }

  // What the refusal said, or "" if there was none.
  std::string refusal(Variables variables = {}) {
    try {
      find_credentials(environment(std::move(variables)));
    } catch (const Refused& refused) {
      return refused.what() + std::string(" | ") + refused.hint();
    }
    return "";
  }

  std::filesystem::path home_;
};

TEST_F(Home, environment_keys_come_first) {
  write("credentials", "[default]\naws_access_key_id=FILE\naws_secret_access_key=file\n");

  const Credentials keys = found({{"AWS_ACCESS_KEY_ID", "ENV"},
                                  {"AWS_SECRET_ACCESS_KEY", "env"},
                                  {"AWS_SESSION_TOKEN", "token"}});

  EXPECT_EQ(keys.access_key_id, "ENV");
  EXPECT_EQ(keys.secret_access_key.view(), "env");
  EXPECT_EQ(keys.session_token.view(), "token");
}

TEST_F(Home, empty_variables_count_as_unset) {
  write("credentials", "[default]\naws_access_key_id=FILE\naws_secret_access_key=file\n");

  EXPECT_EQ(found({{"AWS_ACCESS_KEY_ID", ""}, {"AWS_SECRET_ACCESS_KEY", ""}}).access_key_id,
            "FILE");
}

TEST_F(Home, the_chosen_profile_is_read_from_both_files) {
  write("credentials",
        "[default]\naws_access_key_id=D\naws_secret_access_key=d\n"
        "[work]\naws_access_key_id=W\naws_secret_access_key=w\naws_session_token=wt\n");
  write("config",
        "[profile home]\naws_access_key_id=H\naws_secret_access_key=h\n"
        "[profile work]\naws_access_key_id=other\naws_secret_access_key=other\n");

  EXPECT_EQ(found().access_key_id, "D");
  EXPECT_EQ(found({{"AWS_PROFILE", "work"}}).access_key_id, "W");
  EXPECT_EQ(found({{"AWS_PROFILE", "work"}}).session_token.view(), "wt");
  EXPECT_EQ(found({{"AWS_PROFILE", "home"}}).access_key_id, "H");
  EXPECT_EQ(found({{"AWS_DEFAULT_PROFILE", "home"}}).access_key_id, "H");
}

TEST_F(Home, variables_may_name_other_files) {
  write("elsewhere", "[default]\naws_access_key_id=E\naws_secret_access_key=e\n");
  const std::string path = home_ / ".aws" / "elsewhere";

  EXPECT_EQ(found({{"AWS_SHARED_CREDENTIALS_FILE", path}}).access_key_id, "E");
  EXPECT_EQ(found({{"AWS_CONFIG_FILE", path}}).access_key_id, "E");
  EXPECT_EQ(found({{"HOME", ""}, {"AWS_SHARED_CREDENTIALS_FILE", path}}).access_key_id, "E");
}

TEST_F(Home, a_configured_source_that_cannot_be_used_stops_with_its_name) {
  const struct {
    const char* config;
    Variables variables;
    const char* named;
  } cases[] = {
      {"", {{"AWS_ACCESS_KEY_ID", "a"}}, "AWS_SECRET_ACCESS_KEY"},
      {"", {{"AWS_SECRET_ACCESS_KEY", "a"}}, "AWS_ACCESS_KEY_ID"},
      {"", {{"AWS_PROFILE", "nobody"}}, "'nobody'"},
      {"[default]\naws_access_key_id=a\n", {}, "aws_secret_access_key"},
      {"[default]\nrole_arn=r\nsource_profile=s\n", {}, "role_arn"},
      {"[default]\nrole_arn=r\naws_access_key_id=a\naws_secret_access_key=b\n", {}, "role_arn"},
      {"[default]\nsso_session=s\n", {}, "sso_session"},
      {"[default]\ncredential_process=p\n", {}, "credential_process"},
      {"[default]\nlogin_session=p\n", {}, "login_session"},
      {"", {{"AWS_WEB_IDENTITY_TOKEN_FILE", "f"}}, "AWS_WEB_IDENTITY_TOKEN_FILE"},
      {"", {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "u"}}, "AWS_CONTAINER_CREDENTIALS_FULL_URI"},
      {"", {}, "found no AWS credentials"},
      {"", {{"HOME", ""}}, "found no AWS credentials"},
  };
  for (const auto& [config, variables, named] : cases) {
    write("config", config);
    EXPECT_NE(refusal(variables).find(named), std::string::npos) << config << refusal(variables);
  }
}

TEST_F(Home, refusals_do_not_repeat_secrets) {
  write("credentials", "[default]\nrole_arn=r\naws_secret_access_key=hush\n");

  EXPECT_EQ(refusal().find("hush"), std::string::npos);
}

TEST_F(Home, files_are_read_again_when_their_keys_have_expired) {
  write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=1\n");
  const auto source = find_credentials(environment());
  const Credentials old = source->current();

  write("credentials", "[default]\naws_access_key_id=B\naws_secret_access_key=2\n");

  EXPECT_EQ(source->current().access_key_id, "A");
  EXPECT_EQ(source->renewed(old).access_key_id, "B");
  EXPECT_EQ(source->current().access_key_id, "B");
}

TEST_F(Home, files_are_not_read_again_for_keys_that_were_replaced_already) {
  write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=1\n");
  const auto source = find_credentials(environment());
  const Credentials old = source->current();
  write("credentials", "[default]\naws_access_key_id=B\naws_secret_access_key=2\n");
  source->renewed(old);

  write("credentials", "[default]\naws_access_key_id=C\naws_secret_access_key=3\n");

  EXPECT_EQ(source->renewed(old).access_key_id, "B");
}

TEST(ParseIni, follows_the_rules_of_the_shared_files) {
  const IniFile file = parse_ini(
      "stray = before any section\n"
      "# comment\n"
      "; comment\n"
      "[default]\r\n"
      "AWS_Access_Key_ID =  A=B#C \r\n"
      "empty =\n"
      "s3 =\n"
      "  max = 10\n"
      "\tmin=1\n"
      "region=eu-west-1\n"
      "not a setting\n"
      "[ profile x ]\n"
      "region=r2");

  EXPECT_EQ(file.at("default").at("aws_access_key_id"), "A=B#C");
  EXPECT_EQ(file.at("default").at("empty"), "");
  EXPECT_EQ(file.at("default").at("s3.max"), "10");
  EXPECT_EQ(file.at("default").at("s3.min"), "1");
  EXPECT_EQ(file.at("default").at("region"), "eu-west-1");
  EXPECT_EQ(file.at("profile x").at("region"), "r2");
  EXPECT_EQ(file.size(), 2U);
}

}  // namespace
}  // namespace moretta::aws
