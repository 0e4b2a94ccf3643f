#pragma once

// Whose requests these are. Where keys come from is in aws/identity.

#include <optional>
#include <string>

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

bool same_keys(const Credentials& a, const Credentials& b);

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

}  // namespace moretta::aws
