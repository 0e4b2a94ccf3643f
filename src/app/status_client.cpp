#include "app/status_client.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/problem.hpp"
#include "app/status/listen_address.hpp"
#include "aws/open_http.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr Millis patience{3000};

std::string url_of(const std::string& address) {
  const auto listen = parse_listen(address);
  if (!listen || listen->port == 0) {
    throw BadUsage(fmt::format(
        "moretta: {} is not an address; write HOST:PORT as in status.listen, e.g. 127.0.0.1:9464",
        address));
  }
  const bool is_v6 = listen->host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}", is_v6 ? "[" : "", listen->host, is_v6 ? "]" : "",
                     listen->port);
}

}  // namespace

StatusClient::StatusClient(const std::string& address, const Clock& clock)
    : address_(address),
      base_url_(url_of(address)),
      http_(aws::open_http(aws::Transport::sockets, {}, clock)) {}

std::string StatusClient::get(const std::string& path) {
  const aws::HttpRequest request{.method = aws::HttpMethod::get,
                                 .url = base_url_ + path,
                                 .timeout = patience,
                                 .proxy = aws::ProxyUse::none};
  aws::HttpResponse answer = std::move(http_->perform({&request, 1}).front());
  if (answer.failure || answer.status != 200) {
    throw Refused(fmt::format("cannot read the status at {}: {}", address_,
                              answer.failure ? answer.failure->text
                                             : fmt::format("status {}", answer.status)),
                  "start `moretta run` with status.listen in its configuration, and name that "
                  "address here");
  }
  return std::move(answer.body);
}

}  // namespace moretta::app
