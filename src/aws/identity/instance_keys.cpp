#include "aws/identity/instance_keys.hpp"

#include <algorithm>

#include "aws/identity/key_document.hpp"
#include "aws/text.hpp"
#include "aws/url.hpp"
#include "base/errors.hpp"

namespace moretta::aws {

namespace {

constexpr const char* endpoint_name = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
constexpr const char* mode_name = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
constexpr const char* roles_path = "/latest/meta-data/iam/security-credentials/";
constexpr int tries_max = 3;
constexpr Millis try_timeout{1000};  // it is one hop away; elsewhere nobody answers
constexpr Millis between_tries{300};
constexpr std::size_t name_chars_max = 64;  // of a role

std::string base_of(const Environment& environment) {
  if (auto url = variable(environment, endpoint_name)) {
    if (!split_url(*url)) {
      throw Refused(std::string("cannot use ") + endpoint_name + ": it is not an http URL",
                    "write it as http://169.254.169.254");
    }
    while (url->ends_with('/')) {
      url->pop_back();
    }
    return *url;
  }
  const bool six = lower(variable(environment, mode_name).value_or("")) == "ipv6";
  return six ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

// It goes into the path of the next request.
bool is_role_name(std::string_view text) {
  return !text.empty() && text.size() <= name_chars_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos;
  });
}

std::string reason(const HttpResponse& response) {
  return response.failure ? response.failure->text
                          : "it answered HTTP " + std::to_string(response.status);
}

}  // namespace

bool InstanceKeys::is_switched_off(const Environment& environment) {
  return is_true(environment, "AWS_EC2_METADATA_DISABLED");
}

InstanceKeys::InstanceKeys(const IdentityWorld& world, std::string tried)
    : world_(world), tried_(std::move(tried)), base_(base_of(world.environment)) {}

// Who has never answered is not there, and then there are no keys at all; who has is away.
void InstanceKeys::give_up(const std::string& why) const {
  if (has_answered_) {
    throw Unavailable("cannot get AWS keys from the instance metadata: " + why);
  }
  throw Refused(
      "found no AWS credentials; tried in order: " + tried_ + "; the instance metadata: " + why,
      "give this machine a role, or keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
      "(docs/credentials.md)");
}

HttpResponse InstanceKeys::perform(const HttpRequest& request) {
  HttpResponse response;
  for (int tries = 1; tries <= tries_max; ++tries) {
    if (tries > 1) {
      world_.clock.sleep(between_tries, {});
    }
    response = std::move(world_.http.perform({&request, 1}).front());
    const bool may_pass = response.failure || response.status >= 500 || response.status == 429;
    if (!may_pass) {
      return response;
    }
  }
  return response;
}

std::string InstanceKeys::token() {
  const HttpResponse response =
      perform({.method = HttpMethod::put,
               .url = base_ + "/latest/api/token",
               .headers = {{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}},
               .timeout = try_timeout,
               .proxy = ProxyUse::none});
  const std::string_view text = trimmed(response.body);
  if (response.failure || response.status != 200 || text.empty() ||
      text.find_first_of("\r\n") != std::string_view::npos) {
    give_up(reason(response));
  }
  has_answered_ = true;
  return std::string(text);
}

std::string InstanceKeys::get(const std::string& path) {
  for (int rounds = 0;; ++rounds) {
    if (token_.empty()) {
      token_ = token();
    }
    HttpResponse response = perform({.method = HttpMethod::get,
                                     .url = base_ + path,
                                     .headers = {{"x-aws-ec2-metadata-token", token_}},
                                     .timeout = try_timeout,
                                     .proxy = ProxyUse::none});
    if (!response.failure && response.status == 200) {
      return std::move(response.body);
    }
    if (!response.failure && response.status == 401 && rounds == 0) {
      token_.clear();  // it lives for six hours
      continue;
    }
    if (!response.failure && response.status == 404) {
      throw Refused("cannot get AWS keys from the instance metadata: this instance has no role",
                    "attach an instance profile to it");
    }
    give_up(reason(response));
  }
}

Credentials InstanceKeys::fetch() {
  const std::string roles = get(roles_path);
  const std::string role(trimmed(std::string_view(roles).substr(0, roles.find('\n'))));
  if (!is_role_name(role)) {
    throw Unavailable("cannot get AWS keys from the instance metadata: it named no role");
  }
  std::string body = get(roles_path + role);
  auto document = read_key_document(body, TokenName::token);
  wipe(body);
  if (!document) {
    throw Unavailable("cannot get AWS keys from the instance metadata: " + document.error());
  }
  if (!document.value().code.empty() && document.value().code != "Success") {
    throw Unavailable("cannot get AWS keys from the instance metadata: it has none for role " +
                      role + " now");
  }
  return std::move(document.value().keys);
}

}  // namespace moretta::aws
