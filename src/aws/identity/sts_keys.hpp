#pragma once

// Keys of a role, from AWS STS: assumed with other keys, or with the token of an identity provider
// (IRSA on Kubernetes).

#include <memory>
#include <optional>

#include "aws/identity/key_fetcher.hpp"
#include "aws/region.hpp"

namespace moretta::aws {

struct RoleRequest {
  std::string role_arn;
  std::string session_name;      // empty: moretta-<8 hex digits>
  std::string external_id = {};  //
  std::optional<Seconds> duration = {};
};

// Throws Refused if a part cannot be what its name says.
RoleRequest checked(RoleRequest role);

class AssumedRole final : public KeyFetcher {
 public:
  AssumedRole(const IdentityWorld& world, Endpoint sts, RoleRequest role,
              std::unique_ptr<KeyFetcher> source);

  [[nodiscard]] std::string name() const override { return "role " + role_.role_arn; }
  Credentials fetch() override;

 private:
  const IdentityWorld world_;
  const Endpoint sts_;
  const RoleRequest role_;
  std::unique_ptr<KeyFetcher> source_;
};

class WebIdentity final : public KeyFetcher {
 public:
  WebIdentity(const IdentityWorld& world, Endpoint sts, RoleRequest role, std::string token_file);

  [[nodiscard]] std::string name() const override { return "web identity " + role_.role_arn; }
  Credentials fetch() override;

 private:
  const IdentityWorld world_;
  const Endpoint sts_;
  const RoleRequest role_;
  const std::string token_file_;  // read each time: kubelet rotates it
};

}  // namespace moretta::aws
