#pragma once

// The way to AWS, for whoever in this process needs it: whose keys, through which transport, to
// which endpoints.

#include <memory>
#include <string>
#include <string_view>

#include "app/environment.hpp"
#include "aws/credentials.hpp"
#include "aws/environment.hpp"
#include "aws/open_http.hpp"
#include "aws/profile.hpp"
#include "aws/region.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace moretta::app {

aws::Environment for_aws(const Environment& environment);

// Its credentials are for any thread, the rest for one.
class AwsAccess {
 public:
  // `clock` and `log` outlive it. Throws Refused if no credentials are known.
  AwsAccess(const Environment& environment, Clock& clock, Log& log);

  aws::CredentialsSource& credentials() { return *credentials_; }

  [[nodiscard]] std::unique_ptr<aws::Http> open_http(const aws::HttpSettings& settings = {}) const;

  // `region`: what is known of it, or empty. Throws Refused if none is.
  [[nodiscard]] aws::Endpoint endpoint(std::string_view service, const std::string& region) const;

 private:
  aws::Environment environment_;
  Clock& clock_;
  SystemRandom random_;  // of the credentials alone
  aws::Transport transport_;
  std::string ca_bundle_;
  std::unique_ptr<aws::CredentialsSource> credentials_;
};

}  // namespace moretta::app
