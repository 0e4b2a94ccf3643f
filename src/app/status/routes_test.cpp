#include "app/status/routes.hpp"

#include <gtest/gtest.h>

#include "app/status/page.hpp"

namespace moretta::app {
namespace {

StatusPages sample_pages() {
  return {
      .metrics = [] { return std::string("m 1\n"); },
      .status = [] { return std::string("{}"); },
      .history = [](WallTime since) { return std::to_string(since.time_since_epoch().count()); },
      .config = [] { return std::string("[]"); },
      .health = [] { return std::pair(true, std::string("ok")); },
      .readiness = [] { return std::pair(false, std::string("degraded: holding")); },
      .host_names = {"moretta.internal"}};
}

StatusReply get(std::string_view path, std::string_view query = "") {
  return answer({.method = "GET", .path = path, .host = "127.0.0.1:9464", .query = query},
                sample_pages());
}

TEST(Routes, answer_each_page_with_its_type) {
  EXPECT_EQ(get("/metrics").body, "m 1\n");
  EXPECT_EQ(get("/api/status").content_type, "application/json");
  EXPECT_EQ(get("/api/history", "since=17").body, "17");
  EXPECT_EQ(get("/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(get("/healthz").body, "ok\n");
  EXPECT_EQ(get("/favicon.ico").status, 404);
}

TEST(Routes, tell_ready_from_degraded_by_status_and_text) {
  const StatusReply reply = get("/readyz");

  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.body, "degraded: holding\n");
}

TEST(Routes, let_nobody_look_at_rows_unless_they_may) {
  StatusPages pages = sample_pages();
  const auto ask = [&pages](std::string_view query) {
    return answer({.method = "GET", .path = "/api/tap", .host = "localhost", .query = query},
                  pages);
  };

  EXPECT_EQ(ask("").status, 404);

  pages.tap = [](std::uint64_t after) {
    return std::to_string(after);
  };
  EXPECT_EQ(ask("after=12").body, "12");
  EXPECT_EQ(ask("after=-1").body, "0");
}

TEST(Routes, only_read) {
  for (const std::string_view method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    EXPECT_EQ(answer({.method = method, .path = "/", .host = "localhost"}, sample_pages()).status,
              405)
        << method;
  }
}

TEST(Routes, know_their_own_names_and_addresses_only) {
  const std::vector<std::string> names = {"moretta.internal"};
  for (const std::string_view host :
       {"127.0.0.1", "127.0.0.1:9464", "10.1.2.3:80", "localhost:1", "LocalHost", "[::1]",
        "[::1]:9464", "moretta.internal:9464", "MORETTA.internal"}) {
    EXPECT_TRUE(is_own_host(host, names)) << host;
  }
  for (const std::string_view host :
       {"", "evil.example", "evil.example:9464", "127.0.0.1.evil.example", "localhost.evil.example",
        "127.0.0.1:9464x", "[::1", "[evil]:1", "[::1]evil", "[::1]:", "127.0.0.1:", "::1"}) {
    EXPECT_FALSE(is_own_host(host, names)) << host;
  }
}

TEST(Routes, refuse_a_page_of_somebody_else_whose_name_was_pointed_here) {
  const StatusReply reply =
      answer({.method = "GET", .path = "/api/config", .host = "rebound.example"}, sample_pages());

  EXPECT_EQ(reply.status, 421);
  EXPECT_EQ(reply.body.find("[]"), std::string::npos);
}

TEST(Routes, take_numbers_from_a_query_and_nothing_else) {
  EXPECT_EQ(query_number("since=5", "since", 9), 5);
  EXPECT_EQ(query_number("a=1&since=5&b=2", "since", 9), 5);
  for (const std::string_view query :
       {"", "since", "since=", "since=-1", "since=5x", "xsince=5", "since=99999999999999999999"}) {
    EXPECT_EQ(query_number(query, "since", 9), 9) << query;
  }
}

TEST(Page, loads_nothing_from_elsewhere_and_runs_only_its_own_script) {
  const std::string_view page = status_page();

  EXPECT_EQ(page.find("http://"), std::string_view::npos);
  EXPECT_EQ(page.find("https://"), std::string_view::npos);
  EXPECT_EQ(page.find("/*page"), std::string_view::npos);
  EXPECT_LT(page.size(), 100'000U);
  EXPECT_NE(page_policy().find("default-src 'none'; script-src 'sha256-"), std::string::npos);
  EXPECT_EQ(page_policy().find("unsafe"), std::string::npos);
}

}  // namespace
}  // namespace moretta::app
