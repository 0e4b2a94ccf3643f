#include "aws/credentials.hpp"

#include <array>
#include <mutex>
#include <utility>

#include "base/errors.hpp"

namespace moretta::aws {

namespace {

constexpr const char* use_static_keys =
    "give static keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN for "
    "temporary ones) or in the shared credentials file";

[[noreturn]] void refuse_unsupported(const std::string& what) {
  throw Refused("cannot use the configured AWS credentials: " + what + " is not supported yet",
                use_static_keys);
}

std::optional<Credentials> environment_keys(const Environment& environment) {
  auto id = variable(environment, "AWS_ACCESS_KEY_ID");
  auto secret = variable(environment, "AWS_SECRET_ACCESS_KEY");
  if (!id && !secret) {
    return std::nullopt;
  }
  if (!id || !secret) {
    throw Refused(std::string("cannot use the AWS keys of the environment: ") +
                      (id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID") + " is not set",
                  "set both or neither");
  }
  auto token = variable(environment, "AWS_SESSION_TOKEN");
  Credentials keys{.access_key_id = std::move(*id),
                   .secret_access_key = SecretBytes(std::string_view(*secret)),
                   .session_token = SecretBytes(std::string_view(token ? *token : "")),
                   .expires_at = std::nullopt};
  wipe(*secret);
  if (token) {
    wipe(*token);
  }
  return keys;
}

using ProfileValue = std::optional<std::string> (ProfileFiles::*)(std::string_view) const;

std::optional<Credentials> static_keys(const ProfileFiles& files, ProfileValue value) {
  auto id = (files.*value)("aws_access_key_id");
  auto secret = (files.*value)("aws_secret_access_key");
  if (!id && !secret) {
    return std::nullopt;
  }
  if (!id || !secret) {
    throw Refused("cannot use AWS profile '" + files.name() + "': it has no " +
                      (id ? "aws_secret_access_key" : "aws_access_key_id"),
                  "give both keys in the same file");
  }
  auto token = (files.*value)("aws_session_token");
  Credentials keys{.access_key_id = std::move(*id),
                   .secret_access_key = SecretBytes(std::string_view(*secret)),
                   .session_token = SecretBytes(std::string_view(token ? *token : "")),
                   .expires_at = std::nullopt};
  wipe(*secret);
  if (token) {
    wipe(*token);
  }
  return keys;
}

void refuse_profile_keys(const ProfileFiles& files, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (files.value(key)) {
      refuse_unsupported(std::string(key) + " of AWS profile '" + files.name() + "'");
    }
  }
}

// The order of aws-sdk: what would be tried before the static keys stops here if it is configured.
std::optional<Credentials> profile_keys(const ProfileFiles& files) {
  refuse_profile_keys(files, {"role_arn", "web_identity_token_file", "credential_source",
                              "sso_session", "sso_start_url"});
  if (auto keys = static_keys(files, &ProfileFiles::credentials_value)) {
    return keys;
  }
  refuse_profile_keys(files, {"login_session", "credential_process"});
  return static_keys(files, &ProfileFiles::config_value);
}

void refuse_environment_sources(const Environment& environment,
                                std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (variable(environment, name)) {
      refuse_unsupported(name);
    }
  }
}

bool names_profile(const Environment& environment) {
  return variable(environment, "AWS_PROFILE") || variable(environment, "AWS_DEFAULT_PROFILE");
}

// nullopt if the files have no keys.
std::optional<Credentials> file_keys(const Environment& environment) {
  const ProfileFiles files = ProfileFiles::load(environment);
  if (!files.exists() && names_profile(environment)) {
    throw Refused("cannot find AWS profile '" + files.name() + "' in the shared files",
                  "check AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE");
  }
  return profile_keys(files);
}

class FileCredentials final : public CredentialsSource {
 public:
  FileCredentials(Environment environment, Credentials keys)
      : environment_(std::move(environment)), keys_(std::move(keys)) {}

  Credentials current() override {
    const std::lock_guard lock(mutex_);
    return keys_.clone();
  }

  Credentials renewed(const Credentials& refused) override {
    const std::lock_guard lock(mutex_);
    const bool newer = keys_.access_key_id != refused.access_key_id ||
                       keys_.session_token.view() != refused.session_token.view();
    if (!newer) {
      if (auto keys = file_keys(environment_)) {
        keys_ = std::move(*keys);
      }
    }
    return keys_.clone();
  }

 private:
  const Environment environment_;

  std::mutex mutex_;  // guards keys_
  Credentials keys_;
};

}  // namespace

Credentials Credentials::clone() const {
  return {.access_key_id = access_key_id,
          .secret_access_key = secret_access_key.clone(),
          .session_token = session_token.clone(),
          .expires_at = expires_at};
}

std::unique_ptr<CredentialsSource> find_credentials(const Environment& environment) {
  if (auto keys = environment_keys(environment)) {
    return std::make_unique<FixedCredentials>(std::move(*keys));
  }
  refuse_environment_sources(environment, {"AWS_WEB_IDENTITY_TOKEN_FILE"});
  if (auto keys = file_keys(environment)) {
    return std::make_unique<FileCredentials>(environment, std::move(*keys));
  }
  refuse_environment_sources(environment, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                           "AWS_CONTAINER_CREDENTIALS_FULL_URI"});
  throw Refused("found no AWS credentials in the environment or the shared files", use_static_keys);
}

}  // namespace moretta::aws
