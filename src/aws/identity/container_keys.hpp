#pragma once

// Keys from the agent of a container: ECS, Fargate, EKS Pod Identity, Greengrass.

#include "aws/identity/key_fetcher.hpp"

namespace moretta::aws {

class ContainerKeys final : public KeyFetcher {
 public:
  [[nodiscard]] static bool is_configured(const Environment& environment);

  // Throws Refused if the configured address is none that keys may be asked of.
  explicit ContainerKeys(const IdentityWorld& world);

  [[nodiscard]] std::string name() const override { return "the container endpoint"; }
  Credentials fetch() override;

 private:
  [[nodiscard]] std::string authorization() const;

  const IdentityWorld world_;
  std::string url_;
};

// https, or an address of this machine or of the agents: else whoever sets a variable could send
// the agent's token to a host of his own.
bool may_give_keys(std::string_view url);

}  // namespace moretta::aws
