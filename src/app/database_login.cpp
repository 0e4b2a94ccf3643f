#include "app/database_login.hpp"

#include <charconv>

#include <fmt/format.h>
#include <simdjson.h>

#include "app/secret_source.hpp"
#include "aws/sigv4.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

constexpr int default_port = 5432;

// As libpq reads values: in quotes, with backslashes before quotes and backslashes.
void append_pair(std::string_view keyword, std::string_view value, std::string& out) {
  if (value.empty()) {
    return;
  }
  append_secret(out, out.empty() ? "" : " ");
  append_secret(out, keyword);
  append_secret(out, "='");
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      append_secret(out, "\\");
    }
    append_secret(out, std::string_view(&c, 1));
  }
  append_secret(out, "'");
}

std::string text_of(const simdjson::dom::object& object, std::string_view name) {
  simdjson::dom::element value;
  std::string_view text;
  std::int64_t number = 0;
  if (object[name].get(value) != simdjson::SUCCESS) {
    return {};
  }
  if (value.get(text) == simdjson::SUCCESS) {
    return std::string(text);
  }
  return value.get(number) == simdjson::SUCCESS ? std::to_string(number) : std::string();
}

// The secret says who, and where if nobody else does.
void apply(const DatabaseSecret& secret, pg::Conninfo& conninfo) {
  conninfo.set_default("host", secret.host);
  conninfo.set_default("port", secret.port);
  conninfo.set_default("dbname", secret.dbname);
  if (!secret.user.empty()) {
    conninfo.set("user", secret.user);
  }
  conninfo.set("password", secret.password.view());
}

bool is_what_it_has(const DatabaseSecret& secret, const pg::Conninfo& conninfo) {
  return conninfo.get("password") == secret.password.view() &&
         (secret.user.empty() || conninfo.get("user") == secret.user);
}

}  // namespace

std::optional<DatabaseSecret> parse_database_secret(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos ||
      text[text.find_first_not_of(" \t\r\n")] != '{') {
    return std::nullopt;
  }
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  std::string password = text_of(object, "password");
  if (password.empty()) {
    return std::nullopt;
  }
  DatabaseSecret secret{.host = text_of(object, "host"),
                        .port = text_of(object, "port"),
                        .dbname = text_of(object, "dbname"),
                        .user = text_of(object, "username"),
                        .password = SecretBytes(std::string_view(password))};
  wipe(password);
  return secret;
}

SecretBytes connection_text(SecretBytes secret) {
  const auto parsed = parse_database_secret(secret.view());
  if (!parsed) {
    return secret;
  }
  std::string text;
  append_pair("host", parsed->host, text);
  append_pair("port", parsed->port, text);
  append_pair("dbname", parsed->dbname, text);
  append_pair("user", parsed->user, text);
  append_pair("password", parsed->password.view(), text);
  SecretBytes out{std::string_view(text)};
  wipe(text);
  return out;
}

bool may_change(std::string_view place) {
  return !place.starts_with("fd:") && !place.starts_with("env:");
}

DatabaseSecret read_database_secret(SecretBytes text, SecretHolds holds) {
  if (auto parsed = parse_database_secret(text.view())) {
    return std::move(*parsed);
  }
  DatabaseSecret secret;
  if (holds == SecretHolds::password) {
    secret.password = std::move(text);
  } else {
    const pg::Conninfo conninfo(text.view());
    secret.user = conninfo.get("user");
    secret.password = SecretBytes(conninfo.get("password"));
  }
  return secret;
}

SecretLogin::SecretLogin(std::string place, SecretHolds holds, Environment environment,
                         std::optional<DatabaseSecret> known)
    : place_(std::move(place)),
      holds_(holds),
      environment_(std::move(environment)),
      known_(std::move(known)) {}

DatabaseSecret SecretLogin::read() const {
  auto text = read_secret(place_, environment_);
  if (!text) {
    throw Refused(
        "cannot read the password of the database: " + text.error(),
        holds_ == SecretHolds::password ? "correct database.password" : "correct database.url");
  }
  return read_database_secret(std::move(text).value(), holds_);
}

void SecretLogin::fill(pg::Conninfo& conninfo) {
  const std::lock_guard lock(mutex_);
  if (!known_) {
    known_ = read();
  }
  apply(*known_, conninfo);
}

// Stays with what is known if there is no such version, or it may not be read.
void SecretLogin::look_for_version(std::string_view stage) {
  if (!has_versions(place_)) {
    return;
  }
  if (auto text = read_secret_version(place_, stage, environment_)) {
    known_ = read_database_secret(std::move(text).value(), holds_);
  }
}

bool SecretLogin::renew(pg::Conninfo& conninfo, int& looked) {
  enum Place { at_other_lanes, in_the_secret, before_it, behind_it, nowhere };
  const std::lock_guard lock(mutex_);
  while (looked < nowhere) {
    switch (looked++) {
      case in_the_secret:
        if (may_change(place_)) {
          known_ = read();
        }
        break;
      case before_it:
        look_for_version("AWSPREVIOUS");
        break;
      case behind_it:
        look_for_version("AWSPENDING");
        break;
      default:  // what another lane brought
        break;
    }
    if (known_ && !is_what_it_has(*known_, conninfo)) {
      apply(*known_, conninfo);
      return true;
    }
  }
  return false;
}

std::string SecretLogin::hint() const {
  const std::string place = place_.starts_with("cmd:") ? "the command" : place_;
  return "the server takes neither what " + place +
         " held nor what it holds now: correct the secret, or the role's password and pg_hba.conf";
}

std::string region_of_rds_host(std::string_view host) {
  const std::size_t end = host.find(".rds.amazonaws.com");
  if (end == std::string_view::npos) {
    return {};
  }
  host = host.substr(0, end);
  const std::size_t dot = host.rfind('.');
  return dot == std::string_view::npos ? std::string() : std::string(host.substr(dot + 1));
}

std::string rds_iam_fault(const pg::Conninfo& conninfo) {
  if (conninfo.get("sslmode") != "verify-full") {
    return "a token of RDS must only go to RDS itself; add sslmode=verify-full and "
           "sslrootcert=PATH "
           "of Amazon's certificate bundle";
  }
  const std::string_view host = conninfo.get("host");
  if (host.empty() || host.starts_with('/') || host.find(',') != std::string_view::npos) {
    return "a token of RDS is made for one host; write host=NAME.ID.REGION.rds.amazonaws.com, the "
           "endpoint's own name";
  }
  if (conninfo.get("user").empty()) {
    return "a token of RDS is made for one user; write user=NAME";
  }
  if (!conninfo.get("password").empty()) {
    return "auth: rds-iam makes the password itself; take it out of the connection text";
  }
  return {};
}

RdsIamLogin::RdsIamLogin(Environment environment) : environment_(std::move(environment)) {}

AwsAccess& RdsIamLogin::access() {
  if (!access_) {
    access_ = std::make_unique<AwsAccess>(environment_, clock_, quiet_);
  }
  return *access_;
}

void RdsIamLogin::fill_with(pg::Conninfo& conninfo, const aws::Credentials& keys) {
  const std::string host(conninfo.get("host"));
  const std::string_view port_text = conninfo.get("port");
  int port = default_port;
  if (!port_text.empty()) {
    std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  }
  std::string region = region_of_rds_host(host);
  if (region.empty()) {
    region =
        aws::ambient_region(for_aws(environment_), aws::ProfileFiles::load(for_aws(environment_)))
            .value_or("");
  }
  if (region.empty()) {
    throw Refused("cannot make a token for " + host + ": its name does not hold a region",
                  "use the endpoint's own name, or set AWS_REGION");
  }
  std::string token = aws::rds_auth_token(
      {.host = host, .port = port, .user = std::string(conninfo.get("user")), .region = region},
      keys, clock_.wall());
  conninfo.set("password", token);
  wipe(token);
}

void RdsIamLogin::fill(pg::Conninfo& conninfo) {
  if (std::string fault = rds_iam_fault(conninfo); !fault.empty()) {
    throw Refused("cannot log in with IAM: " + fault, "correct database.url");
  }
  const std::lock_guard lock(mutex_);
  used_ = access().credentials().current();
  fill_with(conninfo, *used_);
}

std::string RdsIamLogin::hint() const {
  return "let the role in with GRANT rds_iam, allow rds-db:connect on it to these AWS credentials, "
         "and switch IAM authentication on at the instance (docs/credentials.md)";
}

// Another token of the same keys would be refused as well.
bool RdsIamLogin::renew(pg::Conninfo& conninfo, int& looked) {
  if (looked++ > 0) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  aws::Credentials keys = access().credentials().renewed(*used_);
  if (aws::same_keys(keys, *used_)) {
    return false;
  }
  used_ = std::move(keys);
  fill_with(conninfo, *used_);
  return true;
}

}  // namespace moretta::app
