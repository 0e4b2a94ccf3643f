#include "aws/open_http.hpp"

#include <gtest/gtest.h>

namespace moretta::aws {
namespace {

TEST(CaBundle, is_the_one_that_the_environment_names_first) {
  const auto environment = [](std::string_view name) -> std::optional<std::string> {
    return name == "SSL_CERT_FILE" ? std::optional<std::string>("/by/ssl") : std::nullopt;
  };
  const auto both = [](std::string_view name) -> std::optional<std::string> {
    return name == "AWS_CA_BUNDLE" ? "/by/aws" : "/by/ssl";
  };

  EXPECT_EQ(find_ca_bundle(environment), "/by/ssl");
  EXPECT_EQ(find_ca_bundle(both), "/by/aws");
}

TEST(Transport, is_libcurl_where_a_proxy_is_named) {
  const auto with = [](std::string_view name, const char* value) {
    return transport_for([=](std::string_view asked) -> std::optional<std::string> {
      return asked == name ? std::optional<std::string>(value) : std::nullopt;
    });
  };

  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    EXPECT_EQ(with(name, "http://proxy:3128"), Transport::libcurl) << name;
    EXPECT_EQ(with(name, ""), Transport::sockets) << name;
  }
  EXPECT_EQ(with("HTTP_PROXY", "http://attacker"), Transport::sockets);
  EXPECT_EQ(with("no_proxy", "*"), Transport::sockets);
}

}  // namespace
}  // namespace moretta::aws
