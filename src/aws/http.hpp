#pragma once

// HTTP as the AWS adapters need it: whole requests in, whole answers out, many at once. A port, so
// that tests can say what a server would.

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace moretta::aws {

enum class HttpMethod { get, post, put, erase };

// As it stands in a request line.
std::string_view method_name(HttpMethod method);

// Credential and runtime endpoints on link-local addresses must not be sought through a proxy.
enum class ProxyUse { as_configured, none };

struct HttpHeader {
  std::string name;
  std::string value;

  bool operator==(const HttpHeader&) const = default;
};

struct HttpRequest {
  HttpMethod method = HttpMethod::post;
  std::string url;
  std::vector<HttpHeader> headers = {};  // Host and Content-Length are the transport's business
  std::string body = {};
  Millis timeout{10'000};  // for the whole request; 0 = none, for the Lambda Runtime API alone
  ProxyUse proxy = ProxyUse::as_configured;
  // Once stop is requested, a request of which no answer has begun to come is given up.
  std::stop_token stop{};
};

enum class TransportTrouble {
  transient,      // trying again may help
  configuration,  // it will not: bad URL, untrusted certificate, an answer beyond all limits
  stopped,        // given up, as its stop token asked
};

struct TransportFailure {
  TransportTrouble kind = TransportTrouble::transient;
  std::string text;  // names the host and what happened, never a header or a body
};

struct HttpResponse {
  int status = 0;
  std::string head;  // header lines as received, each ended by CRLF
  std::string body = {};
  std::optional<TransportFailure> failure;  // if set, the rest means nothing

  // The value of the first header of that name, whatever its case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

struct HttpSettings {
  std::string ca_bundle = {};    // empty: what the TLS library was built with
  Millis connect_timeout{3000};  // a region away takes 0.3 s; TLS adds two round trips
  // Ten messages of 1 MiB with every quote written as &quot; stay below it.
  std::size_t response_bytes_max = std::size_t{64} << 20U;
};

// For one thread.
class Http {
 public:
  virtual ~Http() = default;

  // One response for each request, in their order. Every request runs to its end, its timeout or
  // its stop; none is aborted because another failed. Throws nothing: failures are in the
  // responses.
  virtual std::vector<HttpResponse> perform(std::span<const HttpRequest> requests) = 0;
};

// The IMF-fixdate of RFC 9110 section 5.6.7, the only form that servers send today.
std::optional<WallTime> http_date(std::string_view text);

}  // namespace moretta::aws
