#include "aws/identity/chain.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "aws/identity/container_keys.hpp"
#include "aws/identity/instance_keys.hpp"
#include "aws/identity/key_document.hpp"
#include "aws/identity/process_keys.hpp"
#include "aws/identity/refreshing_credentials.hpp"
#include "aws/identity/static_keys.hpp"
#include "aws/identity/sts_keys.hpp"
#include "aws/profile.hpp"
#include "aws/region.hpp"
#include "aws/text.hpp"
#include "base/errors.hpp"

namespace moretta::aws {

namespace {

using Fetcher = std::unique_ptr<KeyFetcher>;

constexpr std::size_t roles_max = 5;  // in a row; each takes a call and an hour at most
constexpr Millis connect_timeout{1000};

Seconds duration_of(std::string_view text) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return Seconds{error == std::errc{} && end == text.data() + text.size() ? seconds : 0};
}

// What a profile says about keys, in the order of the AWS SDKs; empty if it says nothing.
class ProfileChain {
 public:
  ProfileChain(const IdentityWorld& world, ProfileFiles files)
      : world_(world), files_(std::move(files)) {}

  Fetcher role(const std::string& profile) {
    const ProfileFiles files = files_.at(profile);
    const auto arn = files.value("role_arn");
    if (!arn) {
      return nullptr;
    }
    RoleRequest request{.role_arn = *arn,
                        .session_name = files.value("role_session_name").value_or(""),
                        .external_id = files.value("external_id").value_or("")};
    if (const auto duration = files.value("duration_seconds")) {
      request.duration = duration_of(*duration);
    }
    if (files.value("mfa_serial")) {
      refuse(files, "mfa_serial asks for a code, and nobody is there to type it",
             "use a role that does not ask for one");
    }
    if (const auto file = files.value("web_identity_token_file")) {
      return std::make_unique<WebIdentity>(world_, sts(files), std::move(request), *file);
    }
    return std::make_unique<AssumedRole>(world_, sts(files), std::move(request), source(files));
  }

  Fetcher keys(const std::string& profile) {
    const ProfileFiles files = files_.at(profile);
    for (const char* key : {"sso_session", "sso_start_url"}) {
      if (files.value(key)) {
        refuse(files, std::string(key) + " needs somebody who logs in with a browser",
               "use a role, or credential_process = aws configure export-credentials --profile " +
                   profile);
      }
    }
    if (credentials_file_keys(files)) {
      return std::make_unique<FileKeys>(world_.environment, profile);
    }
    if (files.value("login_session")) {
      refuse(files, "login_session needs somebody who logs in with a browser",
             "use a role, or credential_process = aws configure export-credentials --profile " +
                 profile);
    }
    if (const auto command = files.value("credential_process")) {
      return std::make_unique<ProcessKeys>(profile, *command);
    }
    if (config_file_keys(files)) {
      return std::make_unique<FileKeys>(world_.environment, profile);
    }
    return nullptr;
  }

  [[nodiscard]] Endpoint sts(const ProfileFiles& files) const {
    return find_service_endpoint("sts", "", world_.environment, files);
  }

 private:
  [[noreturn]] static void refuse(const ProfileFiles& files, const std::string& what,
                                  const std::string& hint) {
    throw Refused("cannot use AWS profile '" + files.name() + "': " + what, hint);
  }

  // Whose keys assume the role of the profile.
  Fetcher source(const ProfileFiles& files) {
    const auto profile = files.value("source_profile");
    const auto place = files.value("credential_source");
    if (profile && place) {
      refuse(files, "it has both source_profile and credential_source", "leave one out");
    }
    if (place) {
      return source_at(files, lower(*place));
    }
    if (!profile) {
      refuse(files, "role_arn stands without source_profile or credential_source",
             "say whose keys assume the role");
    }
    if (*profile == files.name()) {  // allowed: its own static keys
      Fetcher own = keys(*profile);
      return own ? std::move(own) : no_keys(files, *profile);
    }
    visited_.push_back(files.name());
    if (std::ranges::find(visited_, *profile) != visited_.end() || visited_.size() > roles_max) {
      refuse(files, "its source_profile leads back to itself, or through more than 5 roles",
             "end the chain with a profile that has keys");
    }
    if (!files_.at(*profile).exists()) {
      refuse(files, "there is no profile '" + *profile + "', its source_profile",
             "correct source_profile");
    }
    if (Fetcher found = role(*profile)) {
      return found;
    }
    Fetcher found = keys(*profile);
    return found ? std::move(found) : no_keys(files, *profile);
  }

  Fetcher source_at(const ProfileFiles& files, const std::string& place) {
    if (place == "environment") {
      return std::make_unique<EnvironmentKeys>(world_.environment);
    }
    if (place == "ecscontainer") {
      return std::make_unique<ContainerKeys>(world_);
    }
    if (place == "ec2instancemetadata") {
      return std::make_unique<InstanceKeys>(world_, "credential_source of the profile");
    }
    refuse(files, "its credential_source is unknown",
           "use Environment, EcsContainer or Ec2InstanceMetadata");
  }

  [[noreturn]] static Fetcher no_keys(const ProfileFiles& files, const std::string& profile) {
    refuse(files, "its source_profile '" + profile + "' has no keys", "give that profile keys");
  }

  const IdentityWorld world_;
  const ProfileFiles files_;
  std::vector<std::string> visited_;
};

Fetcher web_identity(const IdentityWorld& world, const ProfileFiles& files) {
  const auto file = variable(world.environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!file) {
    return nullptr;
  }
  const auto role = variable(world.environment, "AWS_ROLE_ARN");
  if (!role) {
    throw Refused("cannot use AWS_WEB_IDENTITY_TOKEN_FILE: AWS_ROLE_ARN is not set",
                  "set it to the role of the service account");
  }
  return std::make_unique<WebIdentity>(
      world, find_service_endpoint("sts", "", world.environment, files),
      RoleRequest{
          .role_arn = *role,
          .session_name = variable(world.environment, "AWS_ROLE_SESSION_NAME").value_or("")},
      *file);
}

Fetcher find_fetcher(const IdentityWorld& world) {
  const Environment& environment = world.environment;
  const ProfileFiles files = ProfileFiles::load(environment);
  const bool is_named =
      variable(environment, "AWS_PROFILE") || variable(environment, "AWS_DEFAULT_PROFILE");
  if (!files.exists() && is_named) {
    throw Refused("cannot find AWS profile '" + files.name() + "' in the shared files",
                  "check AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE");
  }
  ProfileChain profile(world, files);
  if (Fetcher found = profile.role(files.name())) {
    return found;
  }
  if (Fetcher found = web_identity(world, files)) {
    return found;
  }
  if (Fetcher found = profile.keys(files.name())) {
    return found;
  }
  if (ContainerKeys::is_configured(environment)) {
    return std::make_unique<ContainerKeys>(world);
  }
  const std::string tried =
      "AWS_ACCESS_KEY_ID of the environment: not set; AWS_WEB_IDENTITY_TOKEN_FILE: not set; "
      "profile '" +
      files.name() + "' of the shared files: " + (files.exists() ? "has no keys" : "not there") +
      "; the container endpoint: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and …_FULL_URI not set";
  if (InstanceKeys::is_switched_off(environment)) {
    throw Refused("found no AWS credentials; tried in order: " + tried +
                      "; the instance metadata: switched off by AWS_EC2_METADATA_DISABLED",
                  "give keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with "
                  "AWS_SESSION_TOKEN for temporary ones), or another source of "
                  "docs/credentials.md");
  }
  return std::make_unique<InstanceKeys>(world, tried);
}

}  // namespace

std::unique_ptr<CredentialsSource> find_credentials(const CredentialsWorld& world) {
  if (auto keys = environment_keys(world.environment)) {
    return std::make_unique<FixedCredentials>(std::move(*keys));
  }
  auto http = world.open_http(
      {.connect_timeout = connect_timeout, .response_bytes_max = key_document_bytes_max});
  Fetcher fetcher = find_fetcher({.environment = world.environment,
                                  .http = *http,
                                  .clock = world.clock,
                                  .random = world.random});
  return std::make_unique<RefreshingCredentials>(std::move(http), std::move(fetcher), world.clock,
                                                 world.random, world.log);
}

}  // namespace moretta::aws
