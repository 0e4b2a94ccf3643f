#include "app/status/listen_address.hpp"

#include <charconv>
#include <system_error>

#include <arpa/inet.h>

namespace moretta::app {

namespace {

bool is_literal(const std::string& host) {
  unsigned char parsed[16];
  return ::inet_pton(AF_INET, host.c_str(), parsed) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), parsed) == 1;
}

}  // namespace

std::optional<ListenAddress> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view digits = text.substr(colon + 1);
  ListenAddress address{.host = std::string(text.substr(0, colon))};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.empty() || address.host == "localhost") {
    address.host = "127.0.0.1";
  }
  return is_literal(address.host) ? std::optional(address) : std::nullopt;
}

bool is_loopback(const ListenAddress& address) {
  return address.host.starts_with("127.") || address.host == "::1";
}

}  // namespace moretta::app
