#include "aws/identity/sts_keys.hpp"

#include <algorithm>
#include <fstream>

#include <pugixml.hpp>

#include "aws/identity/key_document.hpp"
#include "aws/service_call.hpp"
#include "aws/text.hpp"
#include "aws/url.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"

namespace moretta::aws {

namespace {

constexpr std::string_view version = "2011-06-15";
constexpr std::size_t arn_chars_max = 2048;
constexpr std::size_t session_name_chars_max = 64;
constexpr std::size_t external_id_chars_max = 1224;
constexpr std::size_t token_bytes_max = 20'000;  // what STS takes
constexpr Seconds duration_min{900};
constexpr Seconds duration_max{43'200};

bool consists_of(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

void append_member(std::string_view name, std::string_view value, std::string& form) {
  form.append("&").append(name).append("=");
  append_percent_encoded(value, form);
}

std::string form_of(std::string_view action, const RoleRequest& role, Random& random) {
  std::string session = role.session_name;
  if (session.empty()) {
    std::array<std::byte, 4> bytes{};
    random.fill(bytes);
    session = "moretta-" + hex(bytes);
  }
  std::string form = "Action=" + std::string(action) + "&Version=" + std::string(version);
  append_member("RoleArn", role.role_arn, form);
  append_member("RoleSessionName", session, form);
  if (!role.external_id.empty()) {
    append_member("ExternalId", role.external_id, form);
  }
  if (role.duration) {
    append_member("DurationSeconds", std::to_string(role.duration->count()), form);
  }
  return form;
}

// The first element of that name below `node`, whatever its prefix.
pugi::xml_node element(const pugi::xml_node& node, std::string_view name) {
  return node.find_node([&](const pugi::xml_node& candidate) {
    const std::string_view own = candidate.name();
    return own.substr(own.find(':') + 1) == name;
  });
}

std::optional<Credentials> read_keys(std::string& body) {
  pugi::xml_document document;
  if (!document.load_buffer_inplace(body.data(), body.size(), pugi::parse_default,
                                    pugi::encoding_utf8)) {
    return std::nullopt;
  }
  const pugi::xml_node found = element(document, "Credentials");
  Credentials keys{
      .access_key_id = element(found, "AccessKeyId").child_value(),
      .secret_access_key =
          SecretBytes(std::string_view(element(found, "SecretAccessKey").child_value())),
      .session_token = SecretBytes(std::string_view(element(found, "SessionToken").child_value())),
      .expires_at = parse_expiration(element(found, "Expiration").child_value())};
  const bool whole = !keys.access_key_id.empty() && !keys.secret_access_key.empty() &&
                     !keys.session_token.empty() && keys.expires_at;
  return whole ? std::optional(std::move(keys)) : std::nullopt;
}

std::string hint_for(const SqsError& error) {
  if (error.code.starts_with("RegionDisabled")) {
    return "activate STS in that region, or set AWS_REGION to another";
  }
  if (error.code.starts_with("InvalidIdentityToken") ||
      error.code.starts_with("IDPRejectedClaim")) {
    return "check the role's trust policy: issuer, audience and subject of the token must be those "
           "it names";
  }
  return "check the role's ARN and its trust policy";
}

Credentials ask(const IdentityWorld& world, ServiceCall call, const std::string& role,
                CredentialsSource* credentials) {
  call.protocol = Protocol::query;
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                  {"Accept", "application/xml"}};
  auto body = call_service({.http = world.http, .clock = world.clock, .random = world.random}, call,
                           credentials);
  wipe(call.body);
  const std::string tried = "get AWS keys for role " + role;
  if (!body) {
    // A web identity's token that has expired is replaced by whoever writes its file.
    if (credentials == nullptr && body.error().kind == ErrorClass::expired_credentials) {
      throw Unavailable("cannot " + tried + ": the token of the web identity has expired");
    }
    throw_service_error(tried, call, body.error(), hint_for(body.error()));
  }
  auto keys = read_keys(body.value());
  wipe(body.value());
  if (!keys) {
    throw Unavailable("cannot " + tried + ": the answer of STS cannot be read");
  }
  return std::move(*keys);
}

}  // namespace

RoleRequest checked(RoleRequest role) {
  const auto refuse = [](const std::string& what, const std::string& hint) {
    throw Refused("cannot assume the configured role: " + what, hint);
  };
  if (!role.role_arn.starts_with("arn:") || role.role_arn.size() > arn_chars_max ||
      !consists_of(role.role_arn, ":/_+=,.@-")) {
    refuse("its role_arn is not an ARN", "write it as arn:aws:iam::123456789012:role/NAME");
  }
  if (!role.session_name.empty() &&
      (role.session_name.size() < 2 || role.session_name.size() > session_name_chars_max ||
       !consists_of(role.session_name, "_+=,.@-"))) {
    refuse("role_session_name has other characters than AWS takes",
           "use 2 to 64 letters, digits and _+=,.@-");
  }
  if (role.external_id.size() > external_id_chars_max) {
    refuse("external_id is too long", "it has 1224 characters at most");
  }
  if (role.duration && (*role.duration < duration_min || *role.duration > duration_max)) {
    refuse("duration_seconds is out of range", "it is 900 to 43200");
  }
  return role;
}

AssumedRole::AssumedRole(const IdentityWorld& world, Endpoint sts, RoleRequest role,
                         std::unique_ptr<KeyFetcher> source)
    : world_(world),
      sts_(std::move(sts)),
      role_(checked(std::move(role))),
      source_(std::move(source)) {}

Credentials AssumedRole::fetch() {
  FixedCredentials source(source_->fetch());
  return ask(world_,
             {.service = "sts",
              .action = "sts:AssumeRole in the role's trust policy",
              .endpoint = sts_,
              .body = form_of("AssumeRole", role_, world_.random)},
             role_.role_arn, &source);
}

WebIdentity::WebIdentity(const IdentityWorld& world, Endpoint sts, RoleRequest role,
                         std::string token_file)
    : world_(world),
      sts_(std::move(sts)),
      role_(checked(std::move(role))),
      token_file_(std::move(token_file)) {}

Credentials WebIdentity::fetch() {
  std::ifstream file(token_file_, std::ios::binary);
  std::string token(token_bytes_max + 1, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  if (!file.is_open() || file.bad()) {
    throw Refused("cannot read the web identity's token in " + token_file_,
                  "check AWS_WEB_IDENTITY_TOKEN_FILE, and that this user may read the file");
  }
  token.resize(static_cast<std::size_t>(file.gcount()));
  const std::string_view text = trimmed(token);
  if (text.empty() || token.size() > token_bytes_max) {
    throw Refused("cannot use the web identity's token in " + token_file_ + ": it is " +
                      (text.empty() ? "empty" : "larger than 20000 bytes"),
                  "point AWS_WEB_IDENTITY_TOKEN_FILE at the right file");
  }
  std::string form = form_of("AssumeRoleWithWebIdentity", role_, world_.random);
  append_member("WebIdentityToken", text, form);
  wipe(token);
  return ask(world_,
             {.service = "sts",
              .action = "sts:AssumeRoleWithWebIdentity in the role's trust policy",
              .endpoint = sts_,
              .body = std::move(form)},
             role_.role_arn, nullptr);
}

}  // namespace moretta::aws
