#pragma once

// Http over libcurl's multi interface: the requests of one call share the wire, connections and
// handles are kept for the next call. For whoever has a proxy; without one SocketHttp costs a
// fraction.

#include <memory>
#include <string>
#include <vector>

#include "aws/http.hpp"

namespace moretta::aws {

class CurlHttp final : public Http {
 public:
  explicit CurlHttp(HttpSettings settings);
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
  std::size_t cut_stopped();

  HttpSettings settings_;
  std::unique_ptr<Multi> multi_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;
};

}  // namespace moretta::aws
