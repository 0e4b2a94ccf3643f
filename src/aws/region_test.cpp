#include "aws/region.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/errors.hpp"

namespace moretta::aws {
namespace {

Environment environment_of(std::map<std::string, std::string, std::less<>> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

ProfileFiles no_files() {
  return ProfileFiles::of({}, {}, "default");
}

TEST(RegionOfHost, knows_every_form_of_sqs_host) {
  const struct {
    const char* host;
    std::optional<std::string> region;
  } cases[] = {
      {"sqs.eu-west-1.amazonaws.com", "eu-west-1"},
      {"SQS.EU-West-1.amazonaws.com", "eu-west-1"},
      {"sqs-fips.us-east-2.amazonaws.com", "us-east-2"},
      {"sqs.ap-southeast-4.api.aws", "ap-southeast-4"},
      {"sqs.cn-north-1.amazonaws.com.cn", "cn-north-1"},
      {"sqs.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
      {"eu-west-1.queue.amazonaws.com", "eu-west-1"},
      {"queue.amazonaws.com", "us-east-1"},
      {"vpce-0a1b-2c.sqs.eu-north-1.vpce.amazonaws.com", "eu-north-1"},
      {"sqs.us-east-1.localhost.localstack.cloud", "us-east-1"},
      {"sqs.us-west-2.localhost", "us-west-2"},
      {"localhost", std::nullopt},
      {"127.0.0.1", std::nullopt},
      {"sqs.example.com", std::nullopt},
      {"queue.example.com", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [host, region] : cases) {
    EXPECT_EQ(region_of_host(host), region) << host;
  }
}

TEST(ServiceHost, follows_the_rules_of_each_partition) {
  const struct {
    const char* service;
    const char* region;
    Variant variant;
    const char* host;
  } cases[] = {
      {"sqs", "eu-west-1", Variant::standard, "sqs.eu-west-1.amazonaws.com"},
      {"sqs", "us-east-1", Variant::fips, "sqs-fips.us-east-1.amazonaws.com"},
      {"sqs", "eu-west-1", Variant::dual_stack, "sqs.eu-west-1.api.aws"},
      {"sqs", "us-east-1", Variant::fips_dual_stack, "sqs-fips.us-east-1.api.aws"},
      {"sqs", "cn-north-1", Variant::standard, "sqs.cn-north-1.amazonaws.com.cn"},
      {"sqs", "cn-north-1", Variant::dual_stack, "sqs.cn-north-1.api.amazonwebservices.com.cn"},
      {"sqs", "us-gov-west-1", Variant::fips, "sqs.us-gov-west-1.amazonaws.com"},
      {"sts", "us-gov-west-1", Variant::fips, "sts.us-gov-west-1.amazonaws.com"},
      {"kms", "us-gov-west-1", Variant::fips, "kms-fips.us-gov-west-1.amazonaws.com"},
      {"secretsmanager", "eu-west-1", Variant::dual_stack,
       "secretsmanager.eu-west-1.amazonaws.com"},
  };
  for (const auto& [service, region, variant, host] : cases) {
    EXPECT_EQ(service_host(service, region, variant), host);
  }
}

TEST(SqsEndpoint, is_where_the_queue_and_the_environment_say) {
  const std::string aws_queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/q";
  const struct {
    const char* name;
    QueueAddress address;
    std::map<std::string, std::string, std::less<>> variables;
    Endpoint endpoint;
  } cases[] = {
      {"AWS queue URL",
       {aws_queue, "", ""},
       {},
       {"https://sqs.eu-west-1.amazonaws.com/", "eu-west-1"}},
      {"the queue URL's region wins over the environment's",
       {aws_queue, "", ""},
       {{"AWS_REGION", "us-east-1"}},
       {"https://sqs.eu-west-1.amazonaws.com/", "eu-west-1"}},
      {"legacy host",
       {"https://eu-west-1.queue.amazonaws.com/1/q", "", ""},
       {},
       {"https://sqs.eu-west-1.amazonaws.com/", "eu-west-1"}},
      {"VPC endpoint host",
       {"https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/1/q", "", ""},
       {},
       {"https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/", "eu-west-1"}},
      {"FIPS",
       {aws_queue, "", ""},
       {{"AWS_USE_FIPS_ENDPOINT", "true"}},
       {"https://sqs-fips.eu-west-1.amazonaws.com/", "eu-west-1"}},
      {"dual-stack",
       {aws_queue, "", ""},
       {{"AWS_USE_DUALSTACK_ENDPOINT", "true"}},
       {"https://sqs.eu-west-1.api.aws/", "eu-west-1"}},
      {"FIPS and dual-stack",
       {aws_queue, "", ""},
       {{"AWS_USE_FIPS_ENDPOINT", "true"}, {"AWS_USE_DUALSTACK_ENDPOINT", "true"}},
       {"https://sqs-fips.eu-west-1.api.aws/", "eu-west-1"}},
      {"China",
       {"https://sqs.cn-north-1.amazonaws.com.cn/1/q", "", ""},
       {},
       {"https://sqs.cn-north-1.amazonaws.com.cn/", "cn-north-1"}},
      {"emulator",
       {"http://localhost:4566/000000000000/login-queue", "", ""},
       {},
       {"http://localhost:4566/", "us-east-1"}},
      {"emulator in a region",
       {"http://localhost:4566/000000000000/q", "", ""},
       {{"AWS_DEFAULT_REGION", "eu-west-3"}},
       {"http://localhost:4566/", "eu-west-3"}},
      {"AWS_REGION before AWS_DEFAULT_REGION",
       {"http://localhost:4566/0/q", "", ""},
       {{"AWS_DEFAULT_REGION", "eu-west-3"}, {"AWS_REGION", "eu-west-2"}},
       {"http://localhost:4566/", "eu-west-2"}},
      {"queue name",
       {"q", "ap-south-1", ""},
       {},
       {"https://sqs.ap-south-1.amazonaws.com/", "ap-south-1"}},
      {"queue name, region of the environment",
       {"q", "", ""},
       {{"AWS_REGION", "ap-south-1"}},
       {"https://sqs.ap-south-1.amazonaws.com/", "ap-south-1"}},
      {"override with a path prefix",
       {aws_queue, "", "https://proxy.example:8443/sqs"},
       {},
       {"https://proxy.example:8443/sqs/", "eu-west-1"}},
      {"override for SQS before the general one",
       {"q", "", ""},
       {{"AWS_ENDPOINT_URL", "http://a:1"}, {"AWS_ENDPOINT_URL_SQS", "http://b:2"}},
       {"http://b:2/", "us-east-1"}},
      {"general override",
       {"q", "", ""},
       {{"AWS_ENDPOINT_URL", "http://a:1"}},
       {"http://a:1/", "us-east-1"}},
      {"overrides ignored",
       {aws_queue, "", ""},
       {{"AWS_ENDPOINT_URL", "http://a:1"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}},
       {"https://sqs.eu-west-1.amazonaws.com/", "eu-west-1"}},
      {"but not the explicit one",
       {aws_queue, "", "http://c:3"},
       {{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}},
       {"http://c:3/", "eu-west-1"}},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(find_sqs_endpoint(test.address, environment_of(test.variables), no_files()),
              test.endpoint)
        << test.name;
  }
}

TEST(SqsEndpoint, comes_from_the_profile_last) {
  const ProfileFiles by_service = ProfileFiles::of(
      {},
      parse_ini("[default]\nregion = eu-west-1\nservices = local\nendpoint_url = http://p:1\n"
                "[services local]\nsqs =\n  endpoint_url = http://s:2\n"),
      "default");
  const ProfileFiles by_profile =
      ProfileFiles::of({}, parse_ini("[profile x]\nendpoint_url = http://p:1\n"), "x");

  EXPECT_EQ(find_sqs_endpoint({"q", "", ""}, environment_of({}), by_service),
            (Endpoint{"http://s:2/", "eu-west-1"}));
  EXPECT_EQ(find_sqs_endpoint({"q", "", ""}, environment_of({}), by_profile),
            (Endpoint{"http://p:1/", "us-east-1"}));
}

TEST(SqsEndpoint, is_refused_when_the_parts_contradict_or_do_not_suffice) {
  const QueueAddress cases[] = {
      {"https://sqs.eu-west-1.amazonaws.com/1/q", "us-east-1", ""},
      {"q", "", ""},
      {"q", "", "localhost:4566"},
      {"ftp://localhost/0/q", "", ""},
      {"http://user:password@localhost/0/q", "", ""},
  };
  for (const QueueAddress& address : cases) {
    EXPECT_THROW(find_sqs_endpoint(address, environment_of({}), no_files()), Refused)
        << address.queue;
  }
}

TEST(QueueName, is_the_last_segment) {
  EXPECT_EQ(queue_name("https://sqs.eu-west-1.amazonaws.com/1/orders.fifo"), "orders.fifo");
  EXPECT_EQ(queue_name("orders"), "orders");
  EXPECT_TRUE(is_fifo("http://localhost:4566/0/orders.fifo"));
  EXPECT_FALSE(is_fifo("http://host.fifo/0/orders"));
}

TEST(ServiceEndpoint, is_where_variables_files_and_the_region_say) {
  const IniFile config{{"default", {{"services", "x"}, {"region", "eu-north-1"}}},
                       {"services x", {{"secrets_manager.endpoint_url", "http://files/"}}}};
  const struct {
    const char* service;
    const char* region;
    std::map<std::string, std::string, std::less<>> variables;
    Endpoint endpoint;
  } cases[] = {
      {"kms", "", {}, {"https://kms.eu-north-1.amazonaws.com/", "eu-north-1"}},
      {"kms", "eu-west-1", {}, {"https://kms.eu-west-1.amazonaws.com/", "eu-west-1"}},
      {"ssm",
       "",
       {{"AWS_REGION", "eu-west-2"}},
       {"https://ssm.eu-west-2.amazonaws.com/", "eu-west-2"}},
      {"secretsmanager", "", {}, {"http://files/", "eu-north-1"}},
      {"secretsmanager",
       "",
       {{"AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://own/p"}, {"AWS_ENDPOINT_URL", "http://all"}},
       {"http://own/p/", "eu-north-1"}},
      {"sts", "", {{"AWS_ENDPOINT_URL", "http://all"}}, {"http://all/", "eu-north-1"}},
      {"secretsmanager",
       "",
       {{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}, {"AWS_ENDPOINT_URL", "http://all"}},
       {"https://secretsmanager.eu-north-1.amazonaws.com/", "eu-north-1"}},
  };
  for (const auto& [service, region, variables, endpoint] : cases) {
    EXPECT_EQ(find_service_endpoint(service, region, environment_of(variables),
                                    ProfileFiles::of({}, config, "default")),
              endpoint)
        << service;
  }
  EXPECT_EQ(find_service_endpoint("kms", "", environment_of({{"AWS_ENDPOINT_URL", "http://e"}}),
                                  no_files())
                .region,
            "us-east-1");
}

TEST(ServiceEndpoint, takes_no_region_that_would_be_another_host) {
  for (const char* region : {"", "evil.example/", "eu-west-1.evil", "EU", "a@b"}) {
    EXPECT_THROW(find_service_endpoint("kms", region, environment_of({}), no_files()), Refused)
        << region;
  }
}

}  // namespace
}  // namespace moretta::aws
