#pragma once

// Which host to talk to and which region to sign for. Requests go to the endpoint, never to the
// queue URL's own host if they differ: emulators hand out hosts that cannot be reached.

#include <optional>
#include <string>
#include <string_view>

#include "aws/environment.hpp"
#include "aws/profile.hpp"

namespace moretta::aws {

struct Endpoint {
  std::string url;  // ends with '/', keeps the path prefix of an override
  std::string region;

  bool operator==(const Endpoint&) const = default;
};

// What the configuration says; empty = not said.
struct QueueAddress {
  std::string queue;     // URL or name
  std::string region;    //
  std::string endpoint;  // scheme://host[:port][/prefix]
};

// Throws Refused if the parts contradict each other or no region is known.
Endpoint find_sqs_endpoint(const QueueAddress& address, const Environment& environment,
                           const ProfileFiles& files);

// Of another service. `region` is what the caller knows of it (from an ARN), or empty.
// Throws Refused as above.
Endpoint find_service_endpoint(std::string_view service, const std::string& region,
                               const Environment& environment, const ProfileFiles& files);

// AWS_REGION, AWS_DEFAULT_REGION, the profile's.
std::optional<std::string> ambient_region(const Environment& environment,
                                          const ProfileFiles& files);

enum class Variant { standard, fips, dual_stack, fips_dual_stack };

// The host of a regional service, for those that follow the common pattern: sqs, sts, kms, ssm,
// logs, monitoring, secretsmanager.
std::string service_host(std::string_view service, std::string_view region, Variant variant);

// amazonaws.com, api.aws and their Chinese siblings.
bool is_aws_host(std::string_view host);

// Of an SQS host: sqs.<region>.…, sqs-fips.<region>.…, <region>.queue.…, queue.amazonaws.com,
// vpce-….sqs.<region>.vpce.…; also emulators' sqs.<region>.localhost.
std::optional<std::string> region_of_host(std::string_view host);

bool is_url(std::string_view queue);

// The last segment of a queue URL; a name is its own.
std::string_view queue_name(std::string_view queue);

// By the suffix alone: a MessageGroupId also arrives from standard queues with fair queuing.
bool is_fifo(std::string_view queue);

}  // namespace moretta::aws
