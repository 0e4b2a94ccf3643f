// Whom both transports trust.

#include <filesystem>

#include <gtest/gtest.h>

#include "aws/open_http.hpp"
#include "support/loopback_tls.hpp"

namespace moretta::aws {
namespace {

constexpr const char* right_names = "DNS:localhost,IP:127.0.0.1";

class TlsContract : public testing::TestWithParam<Transport> {
 protected:
  TlsContract() {
    ours.write_pem(bundle());
    http = open_http(GetParam(), {.ca_bundle = bundle()}, clock);
  }
  ~TlsContract() override { std::filesystem::remove(bundle()); }
  TlsContract(const TlsContract&) = delete;
  TlsContract& operator=(const TlsContract&) = delete;

  static std::string bundle() {
    return testing::TempDir() + "moretta-ca-" + std::to_string(::getpid()) + ".pem";
  }

  HttpResponse ask(const std::string& url, std::string body = "hello") {
    const HttpRequest request{.url = url, .headers = {}, .body = std::move(body)};
    return http->perform({&request, 1}).front();
  }

  void expect_refused(const LoopbackTls& server, const std::string& host) {
    const HttpResponse response = ask(server.url(host));
    ASSERT_TRUE(response.failure.has_value());
    EXPECT_EQ(response.failure->kind, TransportTrouble::configuration) << response.failure->text;
    EXPECT_NE(response.failure->text.find(host), std::string::npos) << response.failure->text;
    EXPECT_EQ(server.requests(), 0);  // nothing was sent to a stranger
  }

  SystemClock clock;
  ThrowawayAuthority ours;
  std::unique_ptr<Http> http;
};

INSTANTIATE_TEST_SUITE_P(, TlsContract, testing::Values(Transport::sockets, Transport::libcurl),
                         [](const auto& its) {
                           return its.param == Transport::sockets ? "sockets" : "libcurl";
                         });

TEST_P(TlsContract, talks_to_a_server_that_the_bundle_vouches_for) {
  const LoopbackTls server(ours, right_names);

  const HttpResponse by_name = ask(server.url("localhost"));
  const HttpResponse by_address = ask(server.url("127.0.0.1"));

  EXPECT_FALSE(by_name.failure.has_value()) << by_name.failure->text;
  EXPECT_EQ(by_name.body, "5");
  EXPECT_FALSE(by_address.failure.has_value()) << by_address.failure->text;
  EXPECT_EQ(by_address.body, "5");
  EXPECT_EQ(server.asked_for_localhost(), 1);  // an address is no server name
}

TEST_P(TlsContract, sends_large_bodies_and_many_requests_at_once) {
  const LoopbackTls server(ours, right_names);
  std::vector<HttpRequest> requests;
  for (std::size_t i = 0; i < 40; ++i) {
    requests.push_back(
        {.url = server.url("localhost"), .headers = {}, .body = std::string(i * 10'000, 'x')});
  }

  for (int round = 0; round < 2; ++round) {
    const std::vector<HttpResponse> responses = http->perform(requests);
    for (std::size_t i = 0; i < responses.size(); ++i) {
      EXPECT_FALSE(responses[i].failure.has_value()) << responses[i].failure->text;
      EXPECT_EQ(responses[i].body, std::to_string(i * 10'000));
    }
  }
}

TEST_P(TlsContract, refuses_a_certificate_for_another_name) {
  const LoopbackTls other_name(ours, "DNS:sqs.example.com");
  const LoopbackTls no_address(ours, "DNS:localhost");

  expect_refused(other_name, "localhost");
  expect_refused(no_address, "127.0.0.1");
}

TEST_P(TlsContract, refuses_a_certificate_out_of_its_time) {
  const LoopbackTls expired(ours, right_names, {.from = -7200, .until = -3600});
  const LoopbackTls early(ours, right_names, {.from = 3600, .until = 7200});

  expect_refused(expired, "localhost");
  expect_refused(early, "localhost");
}

TEST_P(TlsContract, refuses_a_certificate_of_an_unknown_authority) {
  const ThrowawayAuthority theirs;
  const LoopbackTls server(theirs, right_names);

  expect_refused(server, "localhost");
}

TEST_P(TlsContract, says_that_the_bundle_cannot_be_read) {
  const LoopbackTls server(ours, right_names);
  http = open_http(GetParam(), {.ca_bundle = "/nonexistent/ca.pem"}, clock);

  expect_refused(server, "localhost");
}

TEST_P(TlsContract, takes_up_the_last_session_on_the_next_connection) {
  const LoopbackTls server(ours, right_names);
  const HttpRequest last{
      .url = server.url("localhost"), .headers = {{.name = "X-Last", .value = "1"}}, .body = "x"};

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(http->perform({&last, 1}).front().body, "1");
  }

  EXPECT_EQ(server.resumed(), 2);
}

// Of our sockets alone: libcurl spends a session on one connection.
TEST_P(TlsContract, takes_up_the_last_session_on_many_connections_at_once) {
  http = open_http(Transport::sockets, {.ca_bundle = bundle()}, clock);
  const LoopbackTls server(ours, right_names);
  const HttpRequest last{
      .url = server.url("localhost"), .headers = {{.name = "X-Last", .value = "1"}}, .body = "x"};
  const std::vector<HttpRequest> many(8, last);
  ASSERT_EQ(http->perform({&last, 1}).front().body, "1");

  http->perform(many);

  EXPECT_EQ(server.resumed(), 8);
}

TEST_P(TlsContract, offers_no_session_to_another_host) {
  const LoopbackTls server(ours, "DNS:localhost");
  ASSERT_EQ(ask(server.url("localhost")).body, "5");

  const HttpResponse response = ask(server.url("127.0.0.1"));

  EXPECT_TRUE(response.failure.has_value());
}

}  // namespace
}  // namespace moretta::aws
