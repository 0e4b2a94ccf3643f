#include "app/status/routes.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

#include "app/status/page.hpp"
#include "app/status/prometheus.hpp"
#include "base/take.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view json_type = "application/json";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_address(int family, std::string_view text) {
  unsigned char parsed[16];
  return ::inet_pton(family, std::string(text).c_str(), parsed) == 1;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

StatusReply text(int status, std::string body) {
  return {.status = status, .body = std::move(body) + "\n"};
}

StatusReply json(std::string body) {
  return {.content_type = std::string(json_type), .body = std::move(body)};
}

StatusReply verdict(const std::pair<bool, std::string>& verdict) {
  return text(verdict.first ? 200 : 503, verdict.second);
}

StatusReply route(const StatusRequest& request, const StatusPages& pages) {
  const std::string_view path = request.path;
  if (path == "/") {
    return {.content_type = "text/html; charset=utf-8",
            .body = std::string(status_page()),
            .headers = {{"Content-Security-Policy", page_policy()}}};
  }
  if (path == "/metrics") {
    return {.content_type = std::string(prometheus_content_type), .body = pages.metrics()};
  }
  if (path == "/healthz") {
    return verdict(pages.health());
  }
  if (path == "/readyz") {
    return verdict(pages.readiness());
  }
  if (path == "/api/status") {
    return json(pages.status());
  }
  if (path == "/api/history") {
    return json(pages.history(WallTime{Millis{query_number(request.query, "since", 0)}}));
  }
  if (path == "/api/config") {
    return json(pages.config());
  }
  if (path == "/api/tap" && pages.tap) {
    const std::int64_t after = query_number(request.query, "after", 0);
    return json(pages.tap(after < 0 ? 0 : static_cast<std::uint64_t>(after)));
  }
  return text(404,
              "no such page; there are / /metrics /healthz /readyz /api/status /api/history "
              "/api/config, and /api/tap on a loopback address");
}

}  // namespace

bool is_own_host(std::string_view host, const std::vector<std::string>& names) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    const std::string_view rest = end == std::string_view::npos ? host : host.substr(end + 1);
    return is_address(AF_INET6, host.substr(1, end == std::string_view::npos ? end : end - 1)) &&
           (rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1))));
  }
  const std::size_t colon = host.find(':');
  if (colon != std::string_view::npos && !is_port(host.substr(colon + 1))) {
    return false;
  }
  const std::string_view name = host.substr(0, colon);
  return is_address(AF_INET, name) || equal_without_case(name, "localhost") ||
         std::ranges::any_of(names, [name](const std::string& own) {
           return !own.empty() && equal_without_case(name, own);
         });
}

std::int64_t query_number(std::string_view query, std::string_view name, std::int64_t fallback) {
  while (!query.empty()) {
    const std::string_view pair = take_until(query, '&');
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) {
      continue;
    }
    const std::string_view digits = pair.substr(equals + 1);
    std::int64_t number = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = error == std::errc{} && stop == digits.data() + digits.size();
    return whole && number >= 0 ? number : fallback;
  }
  return fallback;
}

StatusReply answer(const StatusRequest& request, const StatusPages& pages) {
  StatusReply reply;
  if (!is_own_host(request.host, pages.host_names)) {
    reply = text(421,
                 "this server is not known by that name; use its address, or add the name to "
                 "status.host_names");
  } else if (request.method != "GET" && request.method != "HEAD") {
    reply = text(405, "only GET: there is nothing here to change");
    reply.headers.emplace_back("Allow", "GET, HEAD");
  } else {
    reply = route(request, pages);
  }
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.headers.emplace_back("X-Frame-Options", "DENY");
  reply.headers.emplace_back("Referrer-Policy", "no-referrer");
  reply.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  return reply;
}

}  // namespace moretta::app
