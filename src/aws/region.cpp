#include "aws/region.hpp"

#include <algorithm>
#include <array>

#include "aws/text.hpp"
#include "aws/url.hpp"
#include "base/errors.hpp"
#include "base/take.hpp"

namespace moretta::aws {

namespace {

constexpr const char* emulator_region = "us-east-1";  // what LocalStack and its like start with

// us-east-1, ap-southeast-4, us-gov-west-1, us-iso-east-1
bool looks_like_region(std::string_view label) {
  const auto letters = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= 'a' && c <= 'z'; });
  };
  const std::size_t last = label.rfind('-');
  if (last == std::string_view::npos || last + 2 != label.size() || label[last + 1] < '0' ||
      label[last + 1] > '9') {
    return false;
  }
  std::string_view words = label.substr(0, last);
  int count = 0;
  while (!words.empty()) {
    if (!letters(take_until(words, '-'))) {
      return false;
    }
    ++count;
  }
  return count >= 2;
}

// It becomes part of a host name, and must not become another host.
bool is_region_name(std::string_view text) {
  constexpr std::size_t region_chars_max = 32;  // the longest of AWS has 16
  return !text.empty() && text.size() <= region_chars_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string with_slash(std::string url) {
  if (!url.ends_with('/')) {
    url.push_back('/');
  }
  return url;
}

Variant variant_of(const Environment& environment) {
  const bool fips = is_true(environment, "AWS_USE_FIPS_ENDPOINT");
  const bool dual = is_true(environment, "AWS_USE_DUALSTACK_ENDPOINT");
  if (fips) {
    return dual ? Variant::fips_dual_stack : Variant::fips;
  }
  return dual ? Variant::dual_stack : Variant::standard;
}

// What AWS's variables and shared files call a service whose host has another name.
std::string configured_name(std::string_view service) {
  return std::string(service == "secretsmanager" ? "secrets_manager" : service);
}

std::optional<std::string> override_url(std::string_view service, const Environment& environment,
                                        const ProfileFiles& files) {
  if (is_true(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
    return std::nullopt;
  }
  const std::string name = configured_name(service);
  for (const std::string& its :
       {"AWS_ENDPOINT_URL_" + upper(name), std::string("AWS_ENDPOINT_URL")}) {
    if (auto url = variable(environment, its)) {
      return url;
    }
  }
  return files.endpoint_url(name);
}

std::optional<std::string> override_url(const QueueAddress& address, const Environment& environment,
                                        const ProfileFiles& files) {
  return address.endpoint.empty() ? override_url("sqs", environment, files) : address.endpoint;
}

UrlParts require_url(std::string_view url, const char* what) {
  const auto parts = split_url(url);
  if (!parts) {
    throw Refused(std::string("cannot use the ") + what + ": it is not an http or https URL",
                  "write it as https://host[:port]/…, without a user or password");
  }
  return *parts;
}

bool is_legacy(std::string_view host) {
  return host.find(".queue.amazonaws.com") != std::string_view::npos ||
         host == "queue.amazonaws.com";
}

std::optional<std::string> region_of_url(std::string_view url) {
  const auto parts = split_url(url);
  return parts ? region_of_host(parts->host) : std::nullopt;
}

// The region of an AWS endpoint or queue is not a choice: any other one fails there.
std::string agreed_region(std::string_view host, const QueueAddress& address,
                          const std::optional<std::string>& ambient) {
  const auto of_host = region_of_host(host);
  if (!address.region.empty()) {
    if (is_aws_host(host) && of_host && address.region != *of_host) {
      throw Refused("cannot use region " + address.region + " with " + std::string(host),
                    "leave the region out, or give the URL of a queue in that region");
    }
    return address.region;
  }
  for (const auto& known : {of_host, region_of_url(address.queue), ambient}) {
    if (known) {
      return *known;
    }
  }
  if (!is_aws_host(host)) {
    return emulator_region;
  }
  throw Refused("cannot tell the AWS region of " + std::string(host),
                "set the region in the configuration or AWS_REGION");
}

}  // namespace

std::optional<std::string> ambient_region(const Environment& environment,
                                          const ProfileFiles& files) {
  for (const std::string_view name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto region = variable(environment, name)) {
      return region;
    }
  }
  return files.value("region");
}

bool is_aws_host(std::string_view host) {
  constexpr std::array<std::string_view, 4> suffixes = {
      ".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"};
  return std::ranges::any_of(suffixes, [&](std::string_view suffix) {
    return host.size() > suffix.size() &&
           same_ignoring_case(host.substr(host.size() - suffix.size()), suffix);
  });
}

std::optional<std::string> region_of_host(std::string_view host) {
  const std::string name = lower(host);
  std::string_view rest = name;
  std::string_view label = take_until(rest, '.');
  if (label.starts_with("vpce-")) {
    label = take_until(rest, '.');
  }
  if (label == "queue" && rest.starts_with("amazonaws.com")) {
    return "us-east-1";  // the oldest endpoint
  }
  if (looks_like_region(label) && rest.starts_with("queue.")) {
    return std::string(label);
  }
  if (label != "sqs" && label != "sqs-fips") {
    return std::nullopt;
  }
  const std::string_view region = take_until(rest, '.');
  return looks_like_region(region) ? std::optional(std::string(region)) : std::nullopt;
}

std::string service_host(std::string_view service, std::string_view region, Variant variant) {
  const bool china = region.starts_with("cn-");
  const bool gov = region.starts_with("us-gov-");
  const bool dual = variant == Variant::dual_stack || variant == Variant::fips_dual_stack;
  const bool fips = variant == Variant::fips || variant == Variant::fips_dual_stack;
  // GovCloud's plain endpoints are FIPS endpoints already, but for these two.
  const bool fips_by_name = !gov || service == "kms" || service == "secretsmanager";

  std::string host(service);
  if (fips && fips_by_name) {
    host += "-fips";
  }
  host.append(".").append(region);
  if (dual && service != "secretsmanager") {
    return host + (china ? ".api.amazonwebservices.com.cn" : ".api.aws");
  }
  return host + (china ? ".amazonaws.com.cn" : ".amazonaws.com");
}

bool is_url(std::string_view queue) {
  return queue.find("://") != std::string_view::npos;
}

std::string_view queue_name(std::string_view queue) {
  while (queue.ends_with('/')) {
    queue.remove_suffix(1);
  }
  const std::size_t slash = queue.rfind('/');
  return slash == std::string_view::npos ? queue : queue.substr(slash + 1);
}

bool is_fifo(std::string_view queue) {
  return queue_name(queue).ends_with(".fifo");
}

Endpoint find_sqs_endpoint(const QueueAddress& address, const Environment& environment,
                           const ProfileFiles& files) {
  const auto ambient = ambient_region(environment, files);
  if (const auto url = override_url(address, environment, files)) {
    const UrlParts parts = require_url(*url, "endpoint URL");
    return {.url = with_slash(*url), .region = agreed_region(parts.host, address, ambient)};
  }
  const Variant variant = variant_of(environment);
  if (is_url(address.queue)) {
    const UrlParts parts = require_url(address.queue, "queue URL");
    const std::string region = agreed_region(parts.host, address, ambient);
    const bool own_host = variant == Variant::standard && !is_legacy(parts.host);
    if (is_aws_host(parts.host) && !own_host) {
      return {.url = "https://" + service_host("sqs", region, variant) + "/", .region = region};
    }
    return {.url = std::string(parts.scheme) + "://" + std::string(parts.authority) + "/",
            .region = region};
  }
  const std::string region = !address.region.empty() ? address.region : ambient.value_or("");
  if (region.empty()) {
    throw Refused("cannot tell the AWS region of queue " + address.queue,
                  "set the region in the configuration or AWS_REGION, or give the queue's URL");
  }
  return {.url = "https://" + service_host("sqs", region, variant) + "/", .region = region};
}

Endpoint find_service_endpoint(std::string_view service, const std::string& region,
                               const Environment& environment, const ProfileFiles& files) {
  std::string known = region.empty() ? ambient_region(environment, files).value_or("") : region;
  if (const auto url = override_url(service, environment, files)) {
    const UrlParts parts = require_url(*url, "endpoint URL");
    if (known.empty() && !is_aws_host(parts.host)) {
      known = emulator_region;
    }
    if (!known.empty()) {
      return {.url = with_slash(*url), .region = std::move(known)};
    }
  }
  if (!is_region_name(known)) {
    throw Refused("cannot tell the AWS region for " + std::string(service),
                  known.empty() ? "set AWS_REGION" : "write it as AWS does, e.g. eu-west-1");
  }
  std::string host = service_host(service, known, variant_of(environment));
  return {.url = "https://" + host + "/", .region = std::move(known)};
}

}  // namespace moretta::aws
