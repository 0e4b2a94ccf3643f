#include "aws/http.hpp"

#include <gtest/gtest.h>

namespace moretta::aws {
namespace {

using namespace std::chrono_literals;

TEST(HttpResponse, finds_headers_whatever_their_case) {
  const HttpResponse response{.status = 200,
                              .head =
                                  "Content-Type: text/xml\r\n"
                                  "X-Amzn-Query-Error:  A;Sender \r\n"
                                  "x-amzn-query-error: second\r\n"
                                  "Empty:\r\n\r\n",
                              .body = {},
                              .failure = std::nullopt};

  EXPECT_EQ(response.header("content-type"), "text/xml");
  EXPECT_EQ(response.header("x-amzn-query-error"), "A;Sender");
  EXPECT_EQ(response.header("empty"), "");
  EXPECT_EQ(response.header("content"), std::nullopt);
  EXPECT_EQ(response.header("content-type-options"), std::nullopt);
  EXPECT_EQ(HttpResponse{}.header("date"), std::nullopt);
}

TEST(HttpDate, reads_the_form_of_rfc_9110) {
  EXPECT_EQ(http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            WallTime(std::chrono::sys_days{1994y / 11 / 6} + 8h + 49min + 37s));
  EXPECT_EQ(http_date("Thu, 29 Feb 2024 23:59:59 GMT"),
            WallTime(std::chrono::sys_days{2024y / 2 / 29} + 23h + 59min + 59s));
}

TEST(HttpDate, refuses_anything_else) {
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nuv 1994 08:49:37 GMT",
                           "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(http_date(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace moretta::aws
