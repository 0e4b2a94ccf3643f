#include "aws/open_http.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "aws/curl_http.hpp"
#include "aws/socket_http.hpp"

namespace moretta::aws {

Transport transport_for(const Environment& environment) {
  // Those that libcurl reads. It does not take HTTP_PROXY, which a CGI client could set.
  constexpr auto names = std::to_array<std::string_view>(
      {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  const bool has_proxy = std::ranges::any_of(
      names, [&](std::string_view name) { return variable(environment, name).has_value(); });
  return has_proxy ? Transport::libcurl : Transport::sockets;
}

std::unique_ptr<Http> open_http(Transport transport, const HttpSettings& settings,
                                const Clock& clock) {
  if (transport == Transport::libcurl) {
    return std::make_unique<CurlHttp>(settings);
  }
  return std::make_unique<SocketHttp>(settings, clock);
}

std::string find_ca_bundle(const Environment& environment) {
  for (const std::string_view name : {"AWS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (auto path = variable(environment, name)) {
      return *path;  // named but missing is an error to report, not to pass over
    }
  }
  for (const std::string_view path : {"/etc/ssl/certs/ca-certificates.crt",
                                      "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
      return std::string(path);
    }
  }
  return {};
}

}  // namespace moretta::aws
