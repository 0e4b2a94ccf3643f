#include "app/status/status_server.hpp"

#include <gtest/gtest.h>

#include "aws/open_http.hpp"
#include "base/errors.hpp"

namespace moretta::app {
namespace {

StatusPages pages_for_tests() {
  return {
      .metrics = [] { return std::string("m 1\n"); },
      .status = [] { return std::string("{}"); },
      .history = [](WallTime since) { return std::to_string(since.time_since_epoch().count()); },
      .config = [] { return std::string("[]"); },
      .health = [] { return std::pair(true, std::string("ok")); },
      .readiness =
          [] {
            return std::pair(false, std::string("degraded: holding"));
          }};
}

class Server : public testing::Test {
 protected:
  aws::HttpResponse ask(const std::string& path, std::vector<aws::HttpHeader> headers = {},
                        std::string body = {}) {
    const aws::HttpRequest request{
        .method = body.empty() ? aws::HttpMethod::get : aws::HttpMethod::post,
        .url = "http://127.0.0.1:" + std::to_string(server.port()) + path,
        .headers = std::move(headers),
        .body = std::move(body)};
    return http->perform({&request, 1}).front();
  }

  SystemClock clock;
  StatusServer server{{.host = "127.0.0.1"}, pages_for_tests()};
  std::unique_ptr<aws::Http> http = aws::open_http(aws::Transport::sockets, {}, clock);
};

TEST_F(Server, serves_what_the_routes_answer) {
  const aws::HttpResponse reply = ask("/api/history?since=17");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "17");
  EXPECT_EQ(reply.header("content-type"), "application/json");
  EXPECT_EQ(reply.header("cache-control"), "no-store");
  EXPECT_EQ(ask("/readyz").status, 503);
}

TEST_F(Server, takes_no_body) {
  const aws::HttpResponse reply = ask("/metrics", {}, "x=1");

  EXPECT_TRUE(reply.failure || reply.status >= 400);
}

TEST_F(Server, ends_a_request_whose_header_is_too_long_and_lives_on) {
  const aws::HttpResponse reply =
      ask("/metrics", {{.name = "X-Long", .value = std::string(100'000, 'a')}});

  EXPECT_TRUE(reply.failure || reply.status >= 400);
  EXPECT_EQ(ask("/healthz").status, 200);
}

TEST_F(Server, says_when_it_cannot_listen) {
  EXPECT_THROW(StatusServer({.host = "127.0.0.1", .port = server.port()}, pages_for_tests()),
               Refused);
}

}  // namespace
}  // namespace moretta::app
