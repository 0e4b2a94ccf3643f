#include "aws/identity/container_keys.hpp"
#include "aws/identity/instance_keys.hpp"
#include "aws/open_http.hpp"
#include "support/identity_world.hpp"
#include "support/loopback_http.hpp"

namespace moretta::aws {
namespace {

constexpr const char* full_uri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* relative_uri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* token_file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

class Container : public IdentityTest {};
class Instance : public IdentityTest {
 protected:
  void will_name_role(std::string role = "worker\n") {
    http.will_answer({answer(200, "imds-token"), answer(200, std::move(role))});
  }
};

TEST_F(Container, gives_keys_from_the_agents_address_and_past_every_proxy) {
  http.will_answer({answer(200, keys_json("A"))});

  const Credentials keys = ContainerKeys(world({{relative_uri, "/v2/credentials/x"}})).fetch();

  EXPECT_EQ(keys.access_key_id, "A");
  EXPECT_EQ(keys.session_token.view(), "the-token");
  EXPECT_EQ(http.asked[0].url, "http://169.254.170.2/v2/credentials/x");
  EXPECT_EQ(http.asked[0].proxy, ProxyUse::none);
  EXPECT_EQ(http.asked[0].method, HttpMethod::get);
  EXPECT_EQ(header(http.asked[0], "Authorization"), "");
}

TEST_F(Container, reads_the_token_file_anew_each_time_and_before_the_variable) {
  const std::string path = write("token", "first\n");
  ContainerKeys container(world({{full_uri, "http://169.254.170.23/v1/credentials"},
                                 {token_file, path},
                                 {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "variable"}}));
  http.will_answer({answer(200, keys_json("A")), answer(200, keys_json("B"))});

  container.fetch();
  write("token", "second");
  container.fetch();

  EXPECT_EQ(header(http.asked[0], "Authorization"), "first");
  EXPECT_EQ(header(http.asked[1], "Authorization"), "second");
}

TEST_F(Container, may_be_https_or_this_machine_or_an_agent_and_nothing_else) {
  for (const char* url : {"https://anywhere.example/keys", "http://127.0.0.1/",
                          "http://127.3.2.1:80/x", "http://localhost:51679/", "http://LOCALHOST/",
                          "http://[::1]:8080/keys", "http://169.254.170.2/",
                          "http://169.254.170.23/v1", "http://[fd00:ec2::23]/v1/credentials"}) {
    EXPECT_TRUE(may_give_keys(url)) << url;
  }
  for (const char* url :
       {"http://169.254.169.254/", "http://10.0.0.1/", "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/", "http://127.1/", "http://[::ffff:10.0.0.1]/",
        "http://user@127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", ""}) {
    EXPECT_FALSE(may_give_keys(url)) << url;
  }
  EXPECT_NE(thrown([&] {
              ContainerKeys(world({{full_uri, "http://10.0.0.1/"}}));
            }).find("keys may be asked of https hosts"),
            std::string::npos);
  EXPECT_NE(thrown([&] {
              ContainerKeys(world({{relative_uri, "@evil.example/"}}));
            }).find("it is not a path"),
            std::string::npos);
}

TEST_F(Container, refuses_a_token_that_would_add_a_header) {
  const ContainerKeys unused(world({{full_uri, "http://127.0.0.1/"}}));
  ContainerKeys container(
      world({{full_uri, "http://127.0.0.1/"}, {token_file, write("token", "hush\r\nX-Evil: 1")}}));

  const std::string error = thrown([&] { container.fetch(); });

  EXPECT_NE(error.find("does not hold one line"), std::string::npos) << error;
  EXPECT_EQ(error.find("hush"), std::string::npos);
}

TEST_F(Container, is_asked_three_times_when_it_is_away_and_once_when_it_says_no) {
  ContainerKeys container(world({{relative_uri, "/x"}}));
  http.will_answer({lost_connection(), answer(500, "hush"), answer(200, keys_json("A"))});
  EXPECT_EQ(container.fetch().access_key_id, "A");

  http.will_answer({answer(429, ""), answer(503, ""), answer(200, "{}")});
  EXPECT_EQ(thrown([&] { container.fetch(); }),
            "unavailable: cannot get AWS keys from the container endpoint: the answer has no "
            "AccessKeyId");

  http.will_answer({answer(404, "hush")});
  const std::string refused = thrown([&] { container.fetch(); });
  EXPECT_TRUE(refused.starts_with("refused: ")) << refused;
  EXPECT_NE(refused.find("HTTP 404"), std::string::npos);
  EXPECT_EQ(refused.find("hush"), std::string::npos);
  EXPECT_TRUE(http.is_through());
}

TEST_F(Container, answers_over_a_real_socket) {
  std::string seen;
  LoopbackHttp server([&](const std::string& request) {
    seen = request;
    return LoopbackAnswer{.bytes = http_answer(keys_json("A"))};
  });
  const auto sockets = open_http(Transport::sockets, {}, clock);
  ContainerKeys container({.environment = environment({{full_uri, server.url() + "creds"},
                                                       {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "t"}}),
                           .http = *sockets,
                           .clock = clock,
                           .random = random});

  EXPECT_EQ(container.fetch().access_key_id, "A");
  EXPECT_TRUE(seen.starts_with("GET /creds HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("Authorization: t\r\n"), std::string::npos);
}

TEST_F(Instance, asks_for_a_token_then_for_the_role_then_for_its_keys) {
  will_name_role();
  http.will_answer({answer(200, keys_json("A"))});

  EXPECT_EQ(InstanceKeys(world(), "").fetch().access_key_id, "A");

  ASSERT_EQ(http.asked.size(), 3U);
  EXPECT_EQ(http.asked[0].method, HttpMethod::put);
  EXPECT_EQ(http.asked[0].url, "http://169.254.169.254/latest/api/token");
  EXPECT_EQ(header(http.asked[0], "x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(http.asked[1].url, "http://169.254.169.254/latest/meta-data/iam/security-credentials/");
  EXPECT_EQ(http.asked[2].url,
            "http://169.254.169.254/latest/meta-data/iam/security-credentials/worker");
  EXPECT_EQ(header(http.asked[2], "x-aws-ec2-metadata-token"), "imds-token");
  EXPECT_EQ(http.asked[2].proxy, ProxyUse::none);
}

TEST_F(Instance, keeps_its_token_and_gets_another_when_it_is_refused) {
  InstanceKeys instance(world(), "");
  will_name_role();
  http.will_answer({answer(200, keys_json("A"))});
  instance.fetch();

  http.will_answer({answer(401, ""), answer(200, "imds-token-2"), answer(200, "worker"),
                    answer(200, keys_json("B"))});

  EXPECT_EQ(instance.fetch().access_key_id, "B");
  EXPECT_EQ(header(http.asked.back(), "x-aws-ec2-metadata-token"), "imds-token-2");
  EXPECT_TRUE(http.is_through());
}

TEST_F(Instance, does_not_fall_back_to_version_1) {
  http.will_answer({answer(403, "")});

  const std::string error = thrown([&] { InstanceKeys(world(), "this; that").fetch(); });

  EXPECT_TRUE(error.starts_with("refused: found no AWS credentials; tried in order: this; that; "))
      << error;
  EXPECT_EQ(http.asked.size(), 1U);
}

TEST_F(Instance, is_away_once_it_has_been_there) {
  InstanceKeys instance(world(), "");
  will_name_role();
  http.will_answer({answer(200, keys_json("A"))});
  instance.fetch();
  http.will_answer({lost_connection(), lost_connection(), lost_connection()});

  EXPECT_TRUE(thrown([&] { instance.fetch(); }).starts_with("unavailable: "));
}

TEST_F(Instance, takes_no_path_for_a_role) {
  will_name_role("../../user-data");

  EXPECT_NE(thrown([&] { InstanceKeys(world(), "").fetch(); }).find("named no role"),
            std::string::npos);
}

TEST_F(Instance, is_found_where_the_variables_say) {
  const struct {
    Variables variables;
    const char* url;
  } cases[] = {
      {{{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}},
       "http://[fd00:ec2::254]/latest/api/token"},
      {{{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/"}},
       "http://127.0.0.1:1338/latest/api/token"},
  };
  for (const auto& [variables, url] : cases) {
    http.will_answer({answer(403, "")});
    EXPECT_NE(thrown([&] { InstanceKeys(world(variables), "").fetch(); }), "");
    EXPECT_EQ(http.asked.back().url, url);
  }
  EXPECT_NE(thrown([&] {
              InstanceKeys(world({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "not a url"}}), "");
            }),
            "");
}

TEST_F(Instance, has_no_keys_without_a_role) {
  http.will_answer({answer(200, "imds-token"), answer(404, "")});

  EXPECT_NE(thrown([&] { InstanceKeys(world(), "").fetch(); }).find("this instance has no role"),
            std::string::npos);
}

}  // namespace
}  // namespace moretta::aws
