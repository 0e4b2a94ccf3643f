#pragma once

// Whose requests these are. Sources are tried in the order of the AWS SDKs; one that is configured
// but fails stops with its own error, because falling through would use somebody else's rights.

#include <memory>
#include <optional>
#include <string>

#include "aws/environment.hpp"
#include "aws/profile.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

struct Credentials {
  std::string access_key_id;
  SecretBytes secret_access_key;
  SecretBytes session_token;  // empty for long-lived keys
  std::optional<WallTime> expires_at;

  [[nodiscard]] Credentials clone() const;
};

// For any thread: the lanes share one.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;

  // The keys to sign with now. Throws Unavailable, Refused.
  virtual Credentials current() = 0;

  // The server said that `refused` have expired: fetches again, unless another thread just did.
  // Gives the same keys if there are no others. Throws Unavailable, Refused.
  virtual Credentials renewed(const Credentials& refused) = 0;
};

// Keys that never change.
class FixedCredentials final : public CredentialsSource {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}

  Credentials current() override { return credentials_.clone(); }
  Credentials renewed(const Credentials& /*refused*/) override { return credentials_.clone(); }

 private:
  const Credentials credentials_;
};

// The environment's keys, then the shared profile files'; reads the files again when the keys have
// expired, since other programs keep them fresh.
// Throws Refused if none are configured, or if those configured cannot be used.
std::unique_ptr<CredentialsSource> find_credentials(const Environment& environment);

}  // namespace moretta::aws
