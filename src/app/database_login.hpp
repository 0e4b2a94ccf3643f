#pragma once

// Logging in to a database whose password is kept elsewhere and changes while we run: in a secret
// that is rotated, or as a token that is made for each connect.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "app/aws_access.hpp"
#include "app/environment.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "pg/conninfo.hpp"
#include "pg/login.hpp"

namespace moretta::app {

// What a secret says of a database. Secrets Manager writes JSON with engine, host, port, username,
// password and dbname, or with username and password alone.
struct DatabaseSecret {
  std::string host;
  std::string port;
  std::string dbname;
  std::string user;
  SecretBytes password;
};

// nullopt if the text is no such JSON.
std::optional<DatabaseSecret> parse_database_secret(std::string_view text);

// A connection text out of a secret's: JSON is rewritten as key=value pairs, all else stays.
SecretBytes connection_text(SecretBytes secret);

enum class SecretHolds { password, connection };  // what a place holds if it is not JSON

// What the text of a secret says. Throws Refused if it holds a connection that cannot be read.
DatabaseSecret read_database_secret(SecretBytes text, SecretHolds holds);

// False for what gives the same each time, or once only: a descriptor, a variable of ours.
bool may_change(std::string_view place);

// A password out of a place for secrets, or user and password out of JSON there. Read at the first
// connect, kept, and read again when the server refuses it: once, for all lanes. A rotation changes
// secret and role one after the other, so versions that are not the current one are tried last.
class SecretLogin final : public pg::Login {
 public:
  // REQUIRED: is_secret_reference(place). `known`: what was read there already.
  SecretLogin(std::string place, SecretHolds holds, Environment environment,
              std::optional<DatabaseSecret> known = std::nullopt);

  void fill(pg::Conninfo& conninfo) override;
  bool renew(pg::Conninfo& conninfo, int& looked) override;
  [[nodiscard]] std::string hint() const override;

 private:
  [[nodiscard]] DatabaseSecret read() const;
  void look_for_version(std::string_view stage);

  const std::string place_;
  const SecretHolds holds_;
  const Environment environment_;

  std::mutex mutex_;  // guards known_
  std::optional<DatabaseSecret> known_;
};

// IAM authentication of RDS: a token of AWS instead of a password, made anew for each connect.
class RdsIamLogin final : public pg::Login {
 public:
  // Finds keys when they are first needed.
  explicit RdsIamLogin(Environment environment);

  void fill(pg::Conninfo& conninfo) override;
  bool renew(pg::Conninfo& conninfo, int& looked) override;
  [[nodiscard]] std::string hint() const override;

 private:
  AwsAccess& access();
  void fill_with(pg::Conninfo& conninfo, const aws::Credentials& keys);

  const Environment environment_;
  SystemClock clock_;
  Log quiet_{LogFormat::json, LogLevel::off};

  std::mutex mutex_;  // guards the rest
  std::unique_ptr<AwsAccess> access_;
  std::optional<aws::Credentials> used_;
};

// Why a token of RDS must not be sent over such a connection, and what to do; empty if it may.
std::string rds_iam_fault(const pg::Conninfo& conninfo);

// The region in NAME.ID.REGION.rds.amazonaws.com, else empty.
std::string region_of_rds_host(std::string_view host);

}  // namespace moretta::app
