#pragma once

// AWS Signature Version 4 (docs.aws.amazon.com/IAM, "Create a signed AWS API request"). Our own
// because libcurl 7.88's signs headers that it then leaves out and cannot take the time from us.

#include <optional>
#include <string>
#include <string_view>

#include "aws/credentials.hpp"
#include "aws/http.hpp"
#include "base/digest.hpp"

namespace moretta::aws {

// For one thread. Keeps the day's key and the last signature: a receive is the same request again
// and again, and the time in it has a resolution of a second.
class Signer {
 public:
  struct Scope {
    std::string region;
    std::string service;  // the signing name: sqs, sts, s3, rds-db
  };

  explicit Signer(Scope scope) : scope_(std::move(scope)) {}

  // Adds X-Amz-Date, X-Amz-Security-Token if the credentials have one, and Authorization. `now` is
  // the server's time as far as the caller knows it. REQUIRED: the URL can be split.
  void sign(HttpRequest& request, const Credentials& credentials, WallTime now);

  // The signature of a canonical request; for presigned URLs.
  std::string signature(std::string_view canonical_request, const Credentials& credentials,
                        WallTime now);

  // <YYYYMMDD>/<region>/<service>/aws4_request
  [[nodiscard]] std::string credential_scope(WallTime now) const;

 private:
  const Sha256& key(const Credentials& credentials, std::string_view date);

  Scope scope_;
  std::string key_name_;  // date and key id that key_ belongs to
  Sha256 key_{};
  std::string last_canonical_;
  std::string last_key_name_;
  std::string last_signature_;
};

struct CanonicalRequest {
  std::string text;
  std::string signed_headers;  // joined by ';'
};

// Signs host, content-type and x-amz-*; what proxies and libcurl add or change stays out. Paths of
// services other than s3 are encoded once more than they were sent, as AWS does.
CanonicalRequest canonical_request(const HttpRequest& request, std::string_view service);

// YYYYMMDDTHHMMSSZ
std::string amz_date(WallTime time);

struct RdsLogin {
  std::string host;  // the real endpoint name, not an alias
  int port = 5432;
  std::string user;
  std::string region;
};

// The password for IAM database authentication: a presigned URL without its scheme, good for
// opening connections during 15 minutes.
std::string rds_auth_token(const RdsLogin& login, const Credentials& credentials, WallTime now);

}  // namespace moretta::aws
