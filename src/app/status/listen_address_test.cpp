#include "app/status/listen_address.hpp"

#include <gtest/gtest.h>

namespace moretta::app {
namespace {

TEST(Listen, takes_literal_addresses_and_loopback_by_name) {
  const auto shown = [](std::string_view text) {
    const auto address = parse_listen(text);
    return address ? address->host + " " + std::to_string(address->port) : std::string("none");
  };
  EXPECT_EQ(shown("127.0.0.1:9464"), "127.0.0.1 9464");
  EXPECT_EQ(shown("localhost:1"), "127.0.0.1 1");
  EXPECT_EQ(shown(":9464"), "127.0.0.1 9464");
  EXPECT_EQ(shown("[::1]:9464"), "::1 9464");
  EXPECT_EQ(shown("0.0.0.0:0"), "0.0.0.0 0");
  for (const std::string_view text :
       {"", "9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "host.example:80", "1.2.3:80"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
}

}  // namespace
}  // namespace moretta::app
