#pragma once

// One way to get AWS keys: asked once for each set of keys, whoever needs them.

#include <string>

#include "aws/credentials.hpp"
#include "aws/environment.hpp"
#include "aws/http.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"

namespace moretta::aws {

// What fetchers need; all outlive them.
struct IdentityWorld {
  Environment environment;
  Http& http;
  Clock& clock;
  Random& random;
};

// For one thread at a time.
class KeyFetcher {
 public:
  KeyFetcher() = default;
  KeyFetcher(const KeyFetcher&) = delete;
  KeyFetcher& operator=(const KeyFetcher&) = delete;
  virtual ~KeyFetcher() = default;

  // For people: "the container endpoint".
  [[nodiscard]] virtual std::string name() const = 0;

  // New keys, each time. Bounded in time. Throws Unavailable, Refused.
  virtual Credentials fetch() = 0;

  // Keys past their end are used on: AWS takes those of its own machines while it has none newer.
  [[nodiscard]] virtual bool outlives_expiry() const { return false; }
};

}  // namespace moretta::aws
