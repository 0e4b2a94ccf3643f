#pragma once

// AWS Signature Version 4 (docs.aws.amazon.com/IAM, "Create a signed AWS API request"). Our own
// because libcurl 7.88's signs headers that it then leaves out and cannot take the time from us.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.hpp"
#include "aws/http.hpp"
#include "base/digest.hpp"

namespace moretta::aws {

// For one thread. Keeps the day's key, what the second's signatures have in common, and the last
// request: a receive is the same one again and again, and the time in it has a resolution of a
// second.
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
  // A second, as signatures write it.
  struct Moment {
    WallTime second{};
    std::string date_time;
    std::string scope;
  };
  struct Signed {
    WallTime second{};
    std::string key_id;
    HttpMethod method = HttpMethod::post;
    std::string url;
    std::string body;
    std::vector<HttpHeader> given;  // headers before signing
    std::vector<HttpHeader> added;
  };

  const Moment& moment(WallTime now);
  const Sha256& key(const Credentials& credentials, std::string_view date);
  [[nodiscard]] bool is_last(const HttpRequest& request, const Credentials& credentials,
                             WallTime second) const;

  Scope scope_;
  Moment moment_;
  std::string key_date_;  // date and key id that key_ belongs to
  std::string key_id_;
  Sha256 key_{};
  Signed last_;
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
