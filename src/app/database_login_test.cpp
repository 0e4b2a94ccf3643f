#include "app/database_login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/config_load.hpp"
#include "app/secret_source.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"
#include "support/command_world.hpp"
#include "support/fake_service.hpp"

namespace moretta::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* secrets_url = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

std::string said(const std::string& reference, const Environment& environment) {
  const auto secret = read_secret(reference, environment);
  return secret ? std::string(secret.value().view()) : "error: " + secret.error();
}

// The server refused what it has, for the first time in this connect.
bool renewed(pg::Login& login, pg::Conninfo& conninfo) {
  int looked = 0;
  return login.renew(conninfo, looked);
}

TEST(AwsSecret, is_read_whole_or_by_member) {
  FakeService service;
  const CommandWorld world = service.world(secrets_url);
  service.body = R"({"SecretString":"{\"key\":\"k-1\",\"n\":7}"})";

  EXPECT_EQ(said("awssm:prod/keys", world.environment()), R"({"key":"k-1","n":7})");
  EXPECT_EQ(said("awssm:prod/keys#key", world.environment()), "k-1");
  EXPECT_THAT(said("awssm:prod/keys#other", world.environment()), HasSubstr("at other"));
  EXPECT_THAT(service.asked.back(), HasSubstr(R"({"SecretId":"prod/keys"})"));
  EXPECT_THAT(service.asked.back(), HasSubstr("/eu-west-1/secretsmanager/aws4_request"));
}

TEST(AwsSecret, takes_the_region_of_an_arn) {
  FakeService service;
  service.body = R"({"Parameter":{"Value":"v\n"}})";
  const CommandWorld world = service.world("AWS_ENDPOINT_URL_SSM");

  EXPECT_EQ(said("awsssm:arn:aws:ssm:us-west-2:1:parameter/x", world.environment()), "v");
  EXPECT_THAT(service.asked.back(), HasSubstr("/us-west-2/ssm/aws4_request"));
}

TEST(AwsSecret, leaves_what_kms_decrypted_as_it_is) {
  FakeService service;
  service.body = R"({"Plaintext":")" + base64(bytes_of("key\n")) + R"("})";
  const TemporaryFolder folder;
  const CommandWorld world = service.world("AWS_ENDPOINT_URL_KMS");

  EXPECT_EQ(said("awskms:QUJD", world.environment()), "key\n");
  EXPECT_EQ(said("awskms:file:" + folder.write("wrapped", "QUJD\n"), world.environment()), "key\n");
  EXPECT_THAT(service.asked.back(), HasSubstr(R"({"CiphertextBlob":"QUJD"})"));
  EXPECT_THAT(said("awskms:not base64", world.environment()), StartsWith("error: awskms: takes"));
}

TEST(AwsSecret, says_what_to_do_and_tells_for_now_from_for_good) {
  FakeService service;
  const CommandWorld world = service.world(secrets_url);
  service.status = 400;
  service.body = R"({"__type":"AccessDeniedException","Message":"hush"})";
  EXPECT_THAT(said("awssm:s", world.environment()),
              testing::AllOf(HasSubstr("allow secretsmanager:GetSecretValue"),
                             testing::Not(HasSubstr("hush"))));

  service.body = R"({"__type":"InternalServiceError"})";
  EXPECT_THROW(said("awssm:s", world.environment()), Unavailable);

  CommandWorld nobody;
  nobody.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_THAT(said("awssm:s", nobody.environment()), HasSubstr("found no AWS credentials"));
}

TEST(DatabaseSecret, of_secrets_manager_becomes_a_connection) {
  const auto text = [](std::string_view secret) {
    return std::string(connection_text(SecretBytes(secret)).view());
  };

  EXPECT_EQ(text(R"({"engine":"postgres","host":"h","port":5433,"username":"u","password":"p'\\x",)"
                 R"("dbname":"d","dbInstanceIdentifier":"i"})"),
            R"(host='h' port='5433' dbname='d' user='u' password='p\'\\x')");
  EXPECT_EQ(text(R"({"username":"u","password":"p","port":"5432"})"),
            "port='5432' user='u' password='p'");
  EXPECT_EQ(text("postgresql://u:p@h/d"), "postgresql://u:p@h/d");
  EXPECT_EQ(text(R"({"username":"u"})"), R"({"username":"u"})");
}

TEST(SecretLogin, is_read_once_for_all_until_the_server_refuses_it) {
  FakeService service;
  const CommandWorld world = service.world(secrets_url);
  service.body =
      R"({"SecretString":"{\"username\":\"u1\",\"password\":\"p1\",\"host\":\"other\"}"})";
  SecretLogin login("awssm:db", SecretHolds::password, world.environment());
  pg::Conninfo first("host=h user=ignored");
  pg::Conninfo second("host=h");

  login.fill(first);
  login.fill(second);
  EXPECT_EQ(service.asked.size(), 1U);
  EXPECT_EQ(first.get("user"), "u1");
  EXPECT_EQ(first.get("password"), "p1");
  EXPECT_EQ(first.get("host"), "h");

  service.body = R"({"SecretString":"{\"username\":\"u2\",\"password\":\"p2\"}"})";
  EXPECT_TRUE(renewed(login, first));
  EXPECT_TRUE(renewed(login, second));  // what the first one brought
  EXPECT_EQ(service.asked.size(), 2U);
  EXPECT_EQ(second.get("user"), "u2");
  EXPECT_EQ(second.get("password"), "p2");
}

TEST(SecretLogin, has_nothing_newer_if_the_secret_is_the_same) {
  FakeService service;
  const CommandWorld world = service.world(secrets_url);
  service.body = R"({"SecretString":"just-a-password"})";
  SecretLogin login("awssm:db", SecretHolds::password, world.environment());
  pg::Conninfo conninfo("host=h user=u");
  login.fill(conninfo);

  EXPECT_EQ(conninfo.get("password"), "just-a-password");
  EXPECT_FALSE(renewed(login, conninfo));
  EXPECT_EQ(service.asked.size(), 4U) << "it and its two neighbours, once each";
}

// What a connect tries after a refusal, in order, as long as the server refuses.
std::vector<std::string> tried_after(pg::Login& login, pg::Conninfo& conninfo) {
  std::vector<std::string> passwords;
  for (int looked = 0; login.renew(conninfo, looked);) {
    passwords.emplace_back(conninfo.get("password"));
  }
  return passwords;
}

TEST(SecretLogin, tries_the_versions_beside_the_current_one_last) {
  FakeService service;
  const CommandWorld world = service.world(secrets_url);
  service.body = R"({"SecretString":"p1"})";
  service.versions = {{"AWSPREVIOUS", R"({"SecretString":"p0"})"},
                      {"AWSPENDING", R"({"SecretString":"p2"})"}};
  SecretLogin login("awssm:db", SecretHolds::password, world.environment());
  pg::Conninfo conninfo("host=h user=u");
  login.fill(conninfo);

  EXPECT_THAT(tried_after(login, conninfo), ElementsAre("p0", "p2"));
  EXPECT_THAT(tried_after(login, conninfo), ElementsAre("p1", "p0", "p2"));

  pg::Conninfo next("host=h user=u");
  login.fill(next);
  EXPECT_EQ(next.get("password"), "p2") << "what was tried last stood the test, or the run ended";
}

TEST(SecretLogin, does_not_ask_a_variable_twice) {
  CommandWorld world;
  world.variables["PW"] = "p1";
  SecretLogin login("env:PW", SecretHolds::password, world.environment());
  pg::Conninfo conninfo("host=h user=u");
  login.fill(conninfo);
  world.variables["PW"] = "p2";

  EXPECT_FALSE(renewed(login, conninfo));
}

constexpr const char* rds = "db.abc.us-east-1.rds.amazonaws.com";

TEST(RdsIam, makes_a_token_for_host_port_and_user_at_each_connect) {
  CommandWorld world;
  world.variables["AWS_ACCESS_KEY_ID"] = "AKID";
  world.variables["AWS_SECRET_ACCESS_KEY"] = "hush";
  RdsIamLogin login(world.environment());
  pg::Conninfo conninfo(std::string("user=app sslmode=verify-full host=") + rds);

  login.fill(conninfo);

  const std::string token(conninfo.get("password"));
  EXPECT_THAT(token, StartsWith(std::string(rds) + ":5432/?Action=connect&DBUser=app&"));
  EXPECT_THAT(token, HasSubstr("%2Fus-east-1%2Frds-db%2Faws4_request"));
  EXPECT_THAT(token, testing::Not(HasSubstr("hush")));
  EXPECT_FALSE(renewed(login, conninfo));  // the same keys would make the same
}

TEST(RdsIam, sends_its_token_over_verified_tls_to_one_host_only) {
  const auto fault = [](const std::string& text) {
    return rds_iam_fault(pg::Conninfo(text));
  };

  EXPECT_EQ(fault("host=h user=u sslmode=verify-full"), "");
  for (const char* mode : {"", "sslmode=disable", "sslmode=require", "sslmode=verify-ca"}) {
    EXPECT_THAT(fault(std::string("host=h user=u ") + mode), HasSubstr("verify-full")) << mode;
  }
  EXPECT_THAT(fault("user=u sslmode=verify-full"), HasSubstr("one host"));
  EXPECT_THAT(fault("host=a,b user=u sslmode=verify-full"), HasSubstr("one host"));
  EXPECT_THAT(fault("host=/tmp user=u sslmode=verify-full"), HasSubstr("one host"));
  EXPECT_THAT(fault("host=h sslmode=verify-full"), HasSubstr("one user"));
  EXPECT_THAT(fault("host=h user=u password=p sslmode=verify-full"), HasSubstr("take it out"));
}

TEST(RdsIam, knows_the_region_from_the_endpoints_name) {
  EXPECT_EQ(region_of_rds_host(rds), "us-east-1");
  EXPECT_EQ(region_of_rds_host("c.cluster-x.cn-north-1.rds.amazonaws.com.cn"), "cn-north-1");
  EXPECT_EQ(region_of_rds_host("db.internal"), "");
}

Result<Config, Problems> load(const std::string& database, const Environment& environment) {
  return parse_config(
      {.name = "f",
       .text = database + "table: {name: t, columns: {c: {from: /a, type: text, mask: md5}}}\n"},
      {}, environment, {.database = Need::yes});
}

std::string problems(const std::string& database) {
  const auto config = load(database, CommandWorld().environment());
  return config ? "" : config.error().lines().front();
}

TEST(ConfigLogin, is_there_when_user_or_password_are_elsewhere) {
  FakeService service;
  service.body = R"({"SecretString":"{\"host\":\"h\",\"username\":\"u\",\"password\":\"p\"}"})";
  const CommandWorld world = service.world(secrets_url);

  const auto whole = load("database: {url: \"awssm:db\"}\n", world.environment());
  const auto apart =
      load("database: {url: \"host=h\", password: \"awssm:db\"}\n", world.environment());
  const auto token = load(std::string("database: {url: \"user=u sslmode=verify-full host=") + rds +
                              "\", auth: rds-iam}\n",
                          world.environment());
  const auto plain = load("database: {url: \"host=h user=u\"}\n", world.environment());

  ASSERT_TRUE(whole.ok() && apart.ok() && token.ok() && plain.ok());
  EXPECT_EQ(conninfo_of(whole.value()).get("user"), "u");
  EXPECT_EQ(service.asked.size(), 1U);  // a password apart is read at the first connect
  for (const auto* config : {&whole, &apart, &token}) {
    EXPECT_NE(conninfo_of(config->value()).login(), nullptr);
  }
  EXPECT_EQ(conninfo_of(plain.value()).login(), nullptr);
}

TEST(ConfigLogin, is_refused_where_it_cannot_work) {
  EXPECT_THAT(problems("database: {url: \"host=h user=u\", auth: rds-iam}\n"),
              HasSubstr("sslmode=verify-full"));
  EXPECT_THAT(problems("database: {url: \"host=h\", auth: rds-iam, password: \"file:x\"}\n"),
              HasSubstr("leave out `database.password`"));
  EXPECT_THAT(problems("database: {url: \"host=h\", auth: kerberos}\n"), HasSubstr("rds-iam"));
  const std::string literal = problems("database: {url: \"host=h\", password: hunter2}\n");
  EXPECT_THAT(literal, HasSubstr("never the password"));
  EXPECT_EQ(literal.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace moretta::app
