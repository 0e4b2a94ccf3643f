#include "aws/identity/static_keys.hpp"

#include "base/errors.hpp"

namespace moretta::aws {

namespace {

Credentials keys_of(std::string id, std::string secret, std::optional<std::string> token) {
  Credentials keys{.access_key_id = std::move(id),
                   .secret_access_key = SecretBytes(std::string_view(secret)),
                   .session_token = SecretBytes(std::string_view(token ? *token : "")),
                   .expires_at = std::nullopt};
  wipe(secret);
  if (token) {
    wipe(*token);
  }
  return keys;
}

using ProfileValue = std::optional<std::string> (ProfileFiles::*)(std::string_view) const;

std::optional<Credentials> profile_keys(const ProfileFiles& files, ProfileValue value) {
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
  return keys_of(std::move(*id), std::move(*secret), (files.*value)("aws_session_token"));
}

}  // namespace

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
  return keys_of(std::move(*id), std::move(*secret), variable(environment, "AWS_SESSION_TOKEN"));
}

std::optional<Credentials> credentials_file_keys(const ProfileFiles& files) {
  return profile_keys(files, &ProfileFiles::credentials_value);
}

std::optional<Credentials> config_file_keys(const ProfileFiles& files) {
  return profile_keys(files, &ProfileFiles::config_value);
}

Credentials FileKeys::fetch() {
  const ProfileFiles files = ProfileFiles::load(environment_).at(profile_);
  for (auto keys_in : {credentials_file_keys, config_file_keys}) {
    if (auto keys = keys_in(files)) {
      return std::move(*keys);
    }
  }
  throw Refused(
      "cannot use AWS profile '" + profile_ + "': its keys are gone from the shared files",
      "put them back, or start again to look elsewhere");
}

Credentials EnvironmentKeys::fetch() {
  if (auto keys = environment_keys(environment_)) {
    return std::move(*keys);
  }
  throw Refused("cannot use credential_source = Environment: AWS_ACCESS_KEY_ID is not set",
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

}  // namespace moretta::aws
