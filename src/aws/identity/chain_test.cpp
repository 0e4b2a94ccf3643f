#include "aws/identity/chain.hpp"

#include "aws/profile.hpp"
#include "support/identity_world.hpp"

namespace moretta::aws {
namespace {

// A home directory with the two shared files, and an environment that may name them.
class Home : public IdentityTest {
 protected:
  Credentials found(Variables variables = {}) { return chain(std::move(variables))->current(); }

  // What the refusal said, or "" if there was none.
  std::string refusal(Variables variables = {}) {
    variables.emplace("AWS_EC2_METADATA_DISABLED", "true");
    return thrown([&] { chain(variables)->current(); });
  }
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
  const std::string role = "[default]\nrole_arn=arn:aws:iam::1:role/r\nregion=eu-west-1\n";
  const struct {
    std::string config;
    Variables variables;
    const char* named;
  } cases[] = {
      {"", {{"AWS_ACCESS_KEY_ID", "a"}}, "AWS_SECRET_ACCESS_KEY"},
      {"", {{"AWS_SECRET_ACCESS_KEY", "a"}}, "AWS_ACCESS_KEY_ID"},
      {"", {{"AWS_PROFILE", "nobody"}}, "'nobody'"},
      {"[default]\naws_access_key_id=a\n", {}, "aws_secret_access_key"},
      {"[default]\nsso_session=s\n", {}, "sso_session"},
      {"[default]\nsso_start_url=s\n", {}, "aws configure export-credentials --profile default"},
      {"[default]\nlogin_session=p\n", {}, "login_session"},
      {"[default]\ncredential_process=/no/such/program\n", {}, "credential_process"},
      {role, {}, "without source_profile or credential_source"},
      {role + "source_profile=s\n", {}, "there is no profile 's'"},
      {role + "source_profile=s\n[profile s]\nregion=eu-west-1\n", {}, "'s' has no keys"},
      {role + "source_profile=default\n", {}, "'default' has no keys"},
      {role + "source_profile=s\n[profile s]\nrole_arn=arn:aws:iam::1:role/s\nregion=r-1\n"
              "source_profile=default\n",
       {},
       "leads back to itself"},
      {role + "source_profile=s\ncredential_source=Environment\n", {}, "leave one out"},
      {role + "credential_source=Moon\n", {}, "credential_source is unknown"},
      {role + "credential_source=Environment\n", {}, "AWS_ACCESS_KEY_ID is not set"},
      {role + "credential_source=Environment\nmfa_serial=m\n", {}, "mfa_serial"},
      {"[default]\nrole_arn=r\nsource_profile=default\nregion=eu-west-1\n"
       "aws_access_key_id=a\naws_secret_access_key=b\n",
       {},
       "role_arn is not an ARN"},
      {"[default]\nrole_arn=arn:aws:iam::1:role/r\ncredential_source=Environment\n",
       {},
       "cannot tell the AWS region for sts"},
      {role + "credential_source=Environment\nduration_seconds=soon\n", {}, "duration_seconds"},
      {"", {{"AWS_WEB_IDENTITY_TOKEN_FILE", "f"}}, "AWS_ROLE_ARN is not set"},
      {"", {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "u"}}, "AWS_CONTAINER_CREDENTIALS_FULL_URI"},
  };
  for (const auto& [config, variables, named] : cases) {
    write("config", config);
    EXPECT_NE(refusal(variables).find(named), std::string::npos) << config << refusal(variables);
  }
}

TEST_F(Home, says_in_order_where_it_looked_when_there_is_nothing) {
  const std::string error = refusal();

  std::size_t at = error.find("found no AWS credentials; tried in order: ");
  for (const char* place :
       {"AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "profile 'default'",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_EC2_METADATA_DISABLED"}) {
    ASSERT_NE(at, std::string::npos) << error;
    at = error.find(place, at);
  }
  EXPECT_NE(at, std::string::npos) << error;
}

TEST_F(Home, tries_sources_in_the_order_of_the_sdks) {
  const Variables everything{{"AWS_WEB_IDENTITY_TOKEN_FILE", write("token", "jwt")},
                             {"AWS_ROLE_ARN", "arn:aws:iam::1:role/web"},
                             {"AWS_REGION", "eu-west-1"},
                             {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/container"}};
  const std::string keys = "[default]\naws_access_key_id=K\naws_secret_access_key=k\n";

  write("config", keys + "role_arn=arn:aws:iam::1:role/profile\nsource_profile=default\n");
  http.will_answer({answer(200, sts_answer("ROLE"))});
  EXPECT_EQ(found(everything).access_key_id, "ROLE");
  EXPECT_NE(http.asked.back().body.find("Action=AssumeRole&"), std::string::npos);

  write("config", keys);
  http.will_answer({answer(200, sts_answer("WEB", "AssumeRoleWithWebIdentity"))});
  EXPECT_EQ(found(everything).access_key_id, "WEB");
  EXPECT_EQ(http.asked.back().url, "https://sts.eu-west-1.amazonaws.com/");

  Variables less = everything;
  less.erase("AWS_WEB_IDENTITY_TOKEN_FILE");
  EXPECT_EQ(found(less).access_key_id, "K");

  write("config", "");
  http.will_answer({answer(200, keys_json("CONTAINER"))});
  EXPECT_EQ(found(less).access_key_id, "CONTAINER");

  http.will_answer({answer(200, "imds"), answer(200, "role"), answer(200, keys_json("INSTANCE"))});
  EXPECT_EQ(found().access_key_id, "INSTANCE");
  EXPECT_TRUE(http.is_through());
}

TEST_F(Home, a_role_may_be_assumed_with_the_keys_of_another_role) {
  write("credentials", "[base]\naws_access_key_id=BASE\naws_secret_access_key=b\n");
  write("config",
        "[default]\nrole_arn=arn:aws:iam::1:role/outer\nsource_profile=inner\nregion=eu-west-1\n"
        "[profile inner]\nrole_arn=arn:aws:iam::1:role/inner\nsource_profile=base\n"
        "region=eu-west-1\n");
  http.will_answer({answer(200, sts_answer("INNER")), answer(200, sts_answer("OUTER"))});

  EXPECT_EQ(found().access_key_id, "OUTER");
  EXPECT_NE(http.asked[0].body.find("role%2Finner"), std::string::npos);
  EXPECT_NE(header(http.asked[0], "Authorization").find("Credential=BASE/"), std::string::npos);
  EXPECT_NE(header(http.asked[1], "Authorization").find("Credential=INNER/"), std::string::npos);
}

TEST_F(Home, a_program_and_a_container_may_give_the_keys_of_a_profile) {
  write("config", "[default]\ncredential_process=/bin/echo '" + keys_json("P", "SessionToken") +
                      "'\n[profile c]\nrole_arn=arn:aws:iam::1:role/r\nregion=eu-west-1\n"
                      "credential_source=EcsContainer\n");
  EXPECT_EQ(found().access_key_id, "P");

  http.will_answer({answer(200, keys_json("AGENT")), answer(200, sts_answer("ROLE"))});
  EXPECT_EQ(
      found({{"AWS_PROFILE", "c"}, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}}).access_key_id,
      "ROLE");
}

TEST_F(Home, sts_is_asked_where_the_variables_say) {
  write("config",
        "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=default\n"
        "aws_access_key_id=K\naws_secret_access_key=k\n");
  http.will_answer({answer(200, sts_answer("ROLE"))});

  found({{"AWS_ENDPOINT_URL_STS", "http://127.0.0.1:4566/prefix"}});

  EXPECT_EQ(http.asked[0].url, "http://127.0.0.1:4566/prefix/");
}

TEST_F(Home, refusals_do_not_repeat_secrets) {
  write("credentials", "[default]\nrole_arn=r\naws_secret_access_key=hush\n");

  EXPECT_EQ(refusal().find("hush"), std::string::npos);
}

TEST_F(Home, files_are_read_again_when_their_keys_have_expired) {
  write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=1\n");
  const auto source = chain();
  const Credentials old = source->current();

  write("credentials", "[default]\naws_access_key_id=B\naws_secret_access_key=2\n");

  EXPECT_EQ(source->current().access_key_id, "A");
  EXPECT_EQ(source->renewed(old).access_key_id, "B");
  EXPECT_EQ(source->current().access_key_id, "B");
}

TEST_F(Home, files_are_not_read_again_for_keys_that_were_replaced_already) {
  write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=1\n");
  const auto source = chain();
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
