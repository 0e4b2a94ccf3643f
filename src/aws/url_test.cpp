#include "aws/url.hpp"

#include <gtest/gtest.h>

namespace moretta::aws {
namespace {

TEST(SplitUrl, tells_the_parts_apart) {
  const struct {
    const char* url;
    const char* host;
    const char* authority;
    const char* path;
    const char* query;
  } cases[] = {
      {"https://h.example", "h.example", "h.example", "", ""},
      {"https://h.example:443/", "h.example", "h.example", "/", ""},
      {"http://h.example:80/a", "h.example", "h.example", "/a", ""},
      {"http://h.example:443/", "h.example", "h.example:443", "/", ""},
      {"http://localhost:4566/0/q?a=b/c#d", "localhost", "localhost:4566", "/0/q", "a=b/c"},
      {"http://[::1]:4566/", "[::1]", "[::1]:4566", "/", ""},
      {"http://[::1]/", "[::1]", "[::1]", "/", ""},
      {"https://h?x", "h", "h", "", "x"},
  };
  for (const auto& [url, host, authority, path, query] : cases) {
    const auto parts = split_url(url);
    ASSERT_TRUE(parts.has_value()) << url;
    EXPECT_EQ(parts->host, host) << url;
    EXPECT_EQ(parts->authority, authority) << url;
    EXPECT_EQ(parts->path, path) << url;
    EXPECT_EQ(parts->query, query) << url;
  }
}

TEST(SplitUrl, refuses_what_is_not_http_or_holds_a_password) {
  for (const char* url : {"", "h.example", "ftp://h.example/", "https://", "https:///path",
                          "https://user:secret@h.example/"}) {
    EXPECT_FALSE(split_url(url).has_value()) << url;
  }
}

TEST(PercentEncoding, keeps_unreserved_characters_alone) {
  EXPECT_EQ(percent_encoded("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encoded(" +/=%&\n\xc3\xa9"), "%20%2B%2F%3D%25%26%0A%C3%A9");
}

TEST(PercentEncoding, decodes_what_it_can) {
  EXPECT_EQ(percent_decoded("a%20b%2Fc%c3%a9"), "a b/c\xc3\xa9");
  EXPECT_EQ(percent_decoded("100%"), "100%");
  EXPECT_EQ(percent_decoded("%zz%2"), "%zz%2");
  EXPECT_EQ(percent_decoded("%41"), "A");
}

}  // namespace
}  // namespace moretta::aws
