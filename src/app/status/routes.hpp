#pragma once

// What the status server answers: pure but for what the pages ask. Only reading, only for those who
// call it by a name of its own (a page of somebody else's cannot, whatever its name resolves to).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace moretta::app {

struct StatusRequest {
  std::string_view method{};
  std::string_view path{};
  std::string_view host{};   // the header's value; empty if there was none
  std::string_view query{};  // `since`'s and `limit`'s values are taken from it: "since=1&limit=2"
};

struct StatusReply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

// Answers to what is asked; from the server's thread.
struct StatusPages {
  std::function<std::string()> metrics{};
  std::function<std::string()> status{};
  std::function<std::string(WallTime since)> history{};
  std::function<std::string()> config{};
  std::function<std::pair<bool, std::string>()> health{};     // every loop progresses
  std::function<std::pair<bool, std::string>()> readiness{};  // queue and database reachable
  // What was taken after item `after`, and what is taken from now on; none: nobody may look.
  std::function<std::string(std::uint64_t after)> tap{};
  std::vector<std::string> host_names{};  // that the server may be called by, besides addresses
};

StatusReply answer(const StatusRequest& request, const StatusPages& pages);

// localhost and literal addresses, with or without a port; and the names, whatever their case.
bool is_own_host(std::string_view host, const std::vector<std::string>& names);

// The value of a whole number in a query; `fallback` if it is not there or no such number.
std::int64_t query_number(std::string_view query, std::string_view name, std::int64_t fallback);

}  // namespace moretta::app
