#pragma once

// Where the status server listens.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace moretta::app {

struct ListenAddress {
  std::string host;  // a literal address
  std::uint16_t port = 0;
};

// "127.0.0.1:9464", "[::1]:9464", "localhost:9464" and ":9464" (loopback too), "0.0.0.0:9464".
std::optional<ListenAddress> parse_listen(std::string_view text);

// Reached from this machine only.
bool is_loopback(const ListenAddress& address);

}  // namespace moretta::app
