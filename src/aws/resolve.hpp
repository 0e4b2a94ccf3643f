#pragma once

// Host names to socket addresses.

#include <string>
#include <vector>

#include <sys/socket.h>

#include "aws/http.hpp"
#include "base/result.hpp"

namespace moretta::aws {

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t length = 0;
};

// In the order in which to try them (RFC 6724). `host`: a name or a literal address without
// brackets. Waits for the system's resolver for some seconds, whatever resolv.conf allows it.
Result<std::vector<SocketAddress>, TransportFailure> resolve(const std::string& host,
                                                             const std::string& port);

}  // namespace moretta::aws
