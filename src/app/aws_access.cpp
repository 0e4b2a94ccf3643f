#include "app/aws_access.hpp"

#include "aws/identity/chain.hpp"

namespace moretta::app {

aws::Environment for_aws(const Environment& environment) {
  return [environment](std::string_view name) {
    return environment(std::string(name));
  };
}

AwsAccess::AwsAccess(const Environment& environment, Clock& clock, Log& log)
    : environment_(for_aws(environment)),
      clock_(clock),
      transport_(aws::transport_for(environment_)),
      ca_bundle_(aws::find_ca_bundle(environment_)),
      credentials_(aws::find_credentials(
          {.environment = environment_,
           .open_http = [this](const aws::HttpSettings& settings) { return open_http(settings); },
           .clock = clock,
           .random = random_,
           .log = log})) {}

std::unique_ptr<aws::Http> AwsAccess::open_http(const aws::HttpSettings& settings) const {
  aws::HttpSettings trusting = settings;
  trusting.ca_bundle = ca_bundle_;
  return aws::open_http(transport_, trusting, clock_);
}

aws::Endpoint AwsAccess::endpoint(std::string_view service, const std::string& region) const {
  return aws::find_service_endpoint(service, region, environment_,
                                    aws::ProfileFiles::load(environment_));
}

}  // namespace moretta::app
