#include "aws/resolve.hpp"

#include <cstring>
#include <memory>

#include <netdb.h>

#include "base/ensure.hpp"
#include "base/within.hpp"

namespace moretta::aws {

namespace {

using Addresses = Result<std::vector<SocketAddress>, TransportFailure>;

// One lost question and its repetition by the system's defaults; under half a usual lease.
constexpr Millis lookup_time_max{11'000};

Failure<TransportFailure> unresolved(const std::string& why) {
  return Failure{TransportFailure{.kind = TransportTrouble::transient,
                                  .text = "cannot resolve the name: " + why}};
}

Addresses look_up(const std::string& host, const std::string& port) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &first);
  if (error != 0) {
    return unresolved(::gai_strerror(error));
  }
  struct Free {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
  };
  const std::unique_ptr<addrinfo, Free> list(first);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* one = first; one != nullptr; one = one->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    ENSURE(one->ai_addrlen <= sizeof address.bytes);
    std::memcpy(&address.bytes, one->ai_addr, one->ai_addrlen);
    address.length = one->ai_addrlen;
  }
  return addresses;
}

}  // namespace

Addresses resolve(const std::string& host, const std::string& port) {
  auto found = within(lookup_time_max, [host, port] { return look_up(host, port); });
  if (!found) {
    return unresolved("no answer within " + std::to_string(lookup_time_max.count()) + " ms");
  }
  return std::move(*found);
}

}  // namespace moretta::aws
