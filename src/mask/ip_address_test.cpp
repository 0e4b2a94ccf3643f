#include "mask/ip_address.hpp"

#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace moretta::mask {

namespace {

std::string respelled(std::string_view text) {
  const auto address = parse_ip(text);
  if (!address) {
    return "not an address";
  }
  IpText out;
  return {out.data(), write_ip(*address, out)};
}

}  // namespace

TEST(IpAddress, has_one_spelling) {
  const std::pair<std::string, std::string> cases[] = {
      {"199.172.111.135", "199.172.111.135"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::FFFF:C000:0201", "192.0.2.1"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8::1", "2001:db8::1"},
      {"2001:db8:0::1", "2001:db8::1"},
      {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // RFC 5952 4.2.2: not for one group
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // 4.2.3: the longest
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // 4.2.3: the first of equals
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
  };

  for (const auto& [text, want] : cases) {
    EXPECT_EQ(respelled(text), want) << text;
  }
}

TEST(IpAddress, is_what_inet_pton_takes) {
  const std::string cases[] = {"",
                               "1",
                               "1.2.3",
                               "1.2.3.4.5",
                               "1.2.3.256",
                               "01.2.3.4",
                               "1.2.3.4 ",
                               " 1.2.3.4",
                               "1..2.3",
                               "1.2.3.",
                               "0x1.2.3.4",
                               ":",
                               ":::",
                               "::1::",
                               ":1",
                               "1:",
                               "1:2:3:4:5:6:7",
                               "1:2:3:4:5:6:7:8:9",
                               "1:2:3:4:5:6:7:8::",
                               "::1:2:3:4:5:6:7:8",
                               "12345::",
                               "g::",
                               "::1%eth0",
                               "fe80::1/64",
                               "[::1]",
                               "1.2.3.4::",
                               "::1.2.3.4:1",
                               "::1.2.3",
                               "1:2:3:4:5:6:7:1.2.3.4",
                               "::1.2.3.04",
                               "2001:db8::1",
                               "1:2:3:4:5:6:1.2.3.4",
                               "::1.2.3.4",
                               "1::2:3:4:5:6:7"};

  for (const std::string& text : cases) {
    IpAddress bytes;
    const bool taken = inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
                       inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
    EXPECT_EQ(parse_ip(text).has_value(), taken) << text;
  }
}

}  // namespace moretta::mask
