#pragma once

// Which keys to use: the sources of the AWS SDKs in their order. One that is configured but fails
// stops with its own error, because falling through would use somebody else's rights.

#include <functional>
#include <memory>

#include "aws/credentials.hpp"
#include "aws/environment.hpp"
#include "aws/http.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace moretta::aws {

struct CredentialsWorld {
  Environment environment;
  std::function<std::unique_ptr<Http>(const HttpSettings&)> open_http;
  // These outlive the credentials, and nobody else draws from `random`.
  Clock& clock;
  Random& random;
  Log& log;
};

// Environment, role of a profile, web identity, profile, container, instance. Reads files but asks
// nobody over the network; that happens when keys are first needed.
// Throws Refused if none are configured, or if those configured cannot be used.
std::unique_ptr<CredentialsSource> find_credentials(const CredentialsWorld& world);

}  // namespace moretta::aws
