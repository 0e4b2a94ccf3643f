#include "app/secret_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "app/aws_secret.hpp"
#include "app/key_share.hpp"
#include "app/secret_file.hpp"
#include "base/ensure.hpp"

namespace moretta::app {

namespace {

using Read = Result<SecretBytes, std::string>;

constexpr int descriptor_max = 1023;  // the usual limit of a process
constexpr std::string_view env_prefix = "env:";
constexpr std::string_view file_prefix = "file:";
constexpr std::string_view kms_prefix = "awskms:";
constexpr std::string_view split_prefix = "split:";
constexpr std::string_view secrets_manager_prefix = "awssm:";

struct Ask {
  std::string rest;  // behind the scheme
  const Environment& environment;
  std::size_t bytes_max;
  std::string_view stage;  // of a version; empty: the current one
};

Read read_variable(const Ask& ask) {
  auto value = ask.environment(ask.rest);
  if (!value) {
    return Failure{fmt::format("the variable {} is not set", ask.rest)};
  }
  SecretBytes secret{std::string_view(*value)};
  wipe(*value);
  return secret;
}

Read read_own_file(const Ask& ask) {
  return read_secret_file(ask.rest, SecretOwner::us, ask.bytes_max);
}

Read read_descriptor(const Ask& ask) {
  int number = -1;
  const char* end = ask.rest.data() + ask.rest.size();
  const auto [stop, error] = std::from_chars(ask.rest.data(), end, number);
  if (error != std::errc{} || stop != end || number < 0 || number > descriptor_max) {
    return Failure{
        fmt::format("fd: takes the number of an open descriptor, 0 to {}", descriptor_max)};
  }
  return read_secret_descriptor(number, ask.bytes_max);
}

Read read_command(const Ask& ask) {
  return read_secret_command(ask.rest, ask.bytes_max);
}

bool is_file_name(std::string_view name) {
  return name.find('/') == std::string_view::npos && name != "." && name != "..";
}

Read read_credential(const Ask& ask) {
  const auto folder = ask.environment("CREDENTIALS_DIRECTORY");
  if (!folder || folder->empty()) {
    return Failure{
        std::string("the variable CREDENTIALS_DIRECTORY is not set; systemd sets it for units with "
                    "LoadCredential=")};
  }
  if (!is_file_name(ask.rest)) {
    return Failure{std::string("systemd: takes the name of a credential, without a path")};
  }
  return read_secret_file(*folder + "/" + ask.rest, SecretOwner::system, ask.bytes_max);
}

Read read_mounted(const Ask& ask) {
  const bool is_path = ask.rest.starts_with('/');
  if (!is_path && !is_file_name(ask.rest)) {
    return Failure{std::string("docker: takes the name of a secret, or an absolute path")};
  }
  return read_secret_file(is_path ? ask.rest : "/run/secrets/" + ask.rest, SecretOwner::system,
                          ask.bytes_max);
}

template <AwsStore store>
Read read_aws(const Ask& ask) {
  Read secret = read_aws_secret(store, ask.rest, ask.environment, ask.stage);
  if (secret && secret.value().size() > ask.bytes_max) {
    return Failure{fmt::format(
        "the secret holds more than {} bytes; it should hold the secret alone", ask.bytes_max)};
  }
  return secret;
}

Read read_split(const Ask& ask);

struct Scheme {
  std::string_view prefix;
  Read (*read)(const Ask& ask);
};

constexpr std::array<Scheme, 10> schemes = {
    {{file_prefix, read_own_file},
     {env_prefix, read_variable},
     {"fd:", read_descriptor},
     {"cmd:", read_command},
     {"systemd:", read_credential},
     {"docker:", read_mounted},
     {secrets_manager_prefix, read_aws<AwsStore::secrets_manager>},
     {split_prefix, read_split},
     {"awsssm:", read_aws<AwsStore::parameter_store>},
     {kms_prefix, read_aws<AwsStore::kms>}}};

const Scheme* scheme_of(std::string_view text) {
  const auto found = std::ranges::find_if(schemes, [&](const Scheme& scheme) {
    return text.starts_with(scheme.prefix) && text.size() > scheme.prefix.size();
  });
  return found == schemes.end() ? nullptr : &*found;
}

std::string rest_behind(std::string_view prefix, std::string_view reference) {
  return std::string(reference.starts_with(prefix) ? reference.substr(prefix.size()) : "");
}

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// The place for people; a command may hold a password of its own.
std::string shown(std::string_view reference) {
  if (const std::string variable = variable_of(reference); !variable.empty()) {
    return "the variable " + variable;
  }
  if (std::string path = path_of(reference); !path.empty()) {
    return path;
  }
  if (reference.starts_with(kms_prefix)) {
    return "what KMS decrypted";
  }
  if (reference.starts_with(split_prefix)) {
    return "what two shares make";
  }
  return reference.starts_with("cmd:") ? "what the command prints" : std::string(reference);
}

Read read_any(std::string_view reference, const Environment& environment, std::size_t bytes_max,
              std::string_view stage) {
  const Scheme* scheme = scheme_of(reference);
  ENSURE(scheme != nullptr);
  Read secret = scheme->read({.rest = std::string(reference.substr(scheme->prefix.size())),
                              .environment = environment,
                              .bytes_max = bytes_max,
                              .stage = stage});
  if (!secret) {
    return secret;
  }
  // What KMS encrypted may be the bytes of a key.
  const std::string_view text = scheme->prefix == kms_prefix
                                    ? secret.value().view()
                                    : without_line_end(secret.value().view());
  if (text.empty()) {
    return Failure{fmt::format("{} is empty", shown(reference))};
  }
  return text.size() == secret.value().size() ? std::move(secret) : Read(SecretBytes(text));
}

// Where the first place ends: at the comma behind which another begins. Commands may hold commas.
std::size_t comma_between(std::string_view places) {
  std::size_t comma = places.find(',');
  while (comma != std::string_view::npos && scheme_of(places.substr(comma + 1)) == nullptr) {
    comma = places.find(',', comma + 1);
  }
  return comma;
}

Read read_split(const Ask& ask) {
  const std::string_view places = ask.rest;
  const std::size_t comma = comma_between(places);
  if (comma == std::string_view::npos || scheme_of(places.substr(0, comma)) == nullptr ||
      places.find(split_prefix) != std::string_view::npos) {
    return Failure{
        std::string("split: takes two places of shares with a comma between them, such "
                    "as split:file:/a/share,file:/b/share")};
  }
  const std::size_t share_bytes_max = share_chars(ask.bytes_max);
  const Read one = read_any(places.substr(0, comma), ask.environment, share_bytes_max, {});
  if (!one) {
    return Failure{one.error()};
  }
  const Read other = read_any(places.substr(comma + 1), ask.environment, share_bytes_max, {});
  return other ? join_shares(one.value(), other.value()) : Failure{other.error()};
}

}  // namespace

bool is_secret_reference(std::string_view text) {
  return scheme_of(text) != nullptr;
}

std::string variable_of(std::string_view reference) {
  return rest_behind(env_prefix, reference);
}

std::string path_of(std::string_view reference) {
  return rest_behind(file_prefix, reference);
}

Read read_secret(std::string_view reference, const Environment& environment,
                 std::size_t bytes_max) {
  return read_any(reference, environment, bytes_max, {});
}

bool has_versions(std::string_view reference) {
  return reference.starts_with(secrets_manager_prefix);
}

Read read_secret_version(std::string_view reference, std::string_view stage,
                         const Environment& environment) {
  ENSURE(has_versions(reference));
  return read_any(reference, environment, secret_bytes_max, stage);
}

}  // namespace moretta::app
