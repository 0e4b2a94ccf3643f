#pragma once

// A request and its reply as values, between the HTTP server and the service.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moretta::devqueue {

struct HttpRequest {
  std::string method;
  std::string path;                                          // without the query
  std::string query;                                         // without the question mark
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // The header's value; empty if it is not there.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [known, value] : headers) {
      if (known == name) {
        return value;
      }
    }
    return {};
  }
};

enum class Fate { send, send_and_close, drop };

struct HttpReply {
  int status = 200;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Fate fate = Fate::send;
};

// Names a request that waits for its reply.
using Ticket = std::uint64_t;

}  // namespace moretta::devqueue
