#include "aws/resolve.hpp"

#include <cstring>
#include <memory>

#include <netdb.h>

#include "base/ensure.hpp"

namespace moretta::aws {

Result<std::vector<SocketAddress>, TransportFailure> resolve(const std::string& host,
                                                             const std::string& port) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &first);
  if (error != 0) {
    return Failure{
        TransportFailure{.kind = TransportTrouble::transient,
                         .text = std::string("cannot resolve the name: ") + ::gai_strerror(error)}};
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

}  // namespace moretta::aws
