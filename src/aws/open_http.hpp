#pragma once

// Which Http to use: sockets of our own where the way is direct, libcurl where a proxy stands in
// it.

#include <memory>
#include <string>

#include "aws/environment.hpp"
#include "aws/http.hpp"
#include "base/clock.hpp"

namespace moretta::aws {

enum class Transport { sockets, libcurl };

// libcurl if a variable names a proxy, for whatever host: libcurl knows what no_proxy says of it.
Transport transport_for(const Environment& environment);

// `clock` must outlive what is given.
std::unique_ptr<Http> open_http(Transport transport, const HttpSettings& settings,
                                const Clock& clock);

// The certificates to trust: AWS_CA_BUNDLE, SSL_CERT_FILE, then where Debian, Amazon Linux and
// others keep theirs (a Debian binary on Amazon Linux does not find them by itself). Empty if none
// exists.
std::string find_ca_bundle(const Environment& environment);

}  // namespace moretta::aws
