#pragma once

// Keys of the role of an EC2 instance, from its metadata service, version 2 only: version 1 answers
// whoever can make this machine send a GET.

#include "aws/identity/key_fetcher.hpp"

namespace moretta::aws {

class InstanceKeys final : public KeyFetcher {
 public:
  [[nodiscard]] static bool is_switched_off(const Environment& environment);

  // Throws Refused if the configured address is no URL. `tried` is what was looked at before, for
  // the error that there are no keys at all.
  InstanceKeys(const IdentityWorld& world, std::string tried);

  [[nodiscard]] std::string name() const override { return "the instance metadata"; }
  Credentials fetch() override;
  [[nodiscard]] bool outlives_expiry() const override { return true; }

 private:
  std::string token();
  std::string get(const std::string& path);
  HttpResponse perform(const HttpRequest& request);
  [[noreturn]] void give_up(const std::string& why) const;

  const IdentityWorld world_;
  const std::string tried_;
  std::string base_;  // ends without '/'
  std::string token_;
  bool has_answered_ = false;
};

}  // namespace moretta::aws
