#pragma once

// Http over libcurl's multi interface: the requests of one call share the wire, connections and
// handles are kept for the next call.

#include <memory>
#include <string>
#include <vector>

#include "aws/environment.hpp"
#include "aws/http.hpp"

namespace moretta::aws {

struct CurlSettings {
  std::string ca_bundle;         // empty: what libcurl was built with
  Millis connect_timeout{3000};  // a region away takes 0.3 s; TLS adds two round trips
  // Ten messages of 1 MiB with every quote written as &quot; stay below it.
  std::size_t response_bytes_max = std::size_t{64} << 20U;
};

class CurlHttp final : public Http {
 public:
  explicit CurlHttp(CurlSettings settings);
  ~CurlHttp() override;
  CurlHttp(const CurlHttp&) = delete;
  CurlHttp& operator=(const CurlHttp&) = delete;

  // Up to 128 requests are in flight together; the rest start as others end.
  std::vector<HttpResponse> perform(std::span<const HttpRequest> requests) override;

 private:
  struct Transfer;
  struct Multi;

  Transfer& idle_transfer();
  void start(const HttpRequest& request, HttpResponse& response);
  std::size_t finish_ended();

  CurlSettings settings_;
  std::unique_ptr<Multi> multi_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;
};

// The certificates to trust: AWS_CA_BUNDLE, SSL_CERT_FILE, then where Debian, Amazon Linux and
// others keep theirs (a Debian binary on Amazon Linux does not find them by itself). Empty if none
// exists.
std::string find_ca_bundle(const Environment& environment);

}  // namespace moretta::aws
