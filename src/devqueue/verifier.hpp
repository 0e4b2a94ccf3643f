#pragma once

// Checks AWS Signature Version 4 the way AWS does, from the requests' bytes alone and without a
// line of the signer's code.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "devqueue/error.hpp"
#include "devqueue/http.hpp"

namespace moretta::devqueue {

enum class KeyState { valid, expired };

// A key pair the server accepts; with a session token, only together with it.
struct AccessKey {
  std::string id;
  std::string secret;
  std::string token;  // empty: a long-lived key
  KeyState state = KeyState::valid;
};

class Verifier {
 public:
  Verifier(std::vector<AccessKey> keys, std::string region)
      : keys_(std::move(keys)), region_(std::move(region)) {}

  // Nothing if the request is signed by one of the keys for this region and about now.
  [[nodiscard]] std::optional<ApiError> check(const HttpRequest& request, WallTime now) const;

 private:
  std::vector<AccessKey> keys_;
  std::string region_;
};

// The pieces of SigV4, for the verifier's tests.
struct SignedParts {
  std::string canonical_request;
  std::string string_to_sign;
};

// The Authorization header, taken apart.
struct Credential {
  std::string key_id;
  std::string date;  // YYYYMMDD
  std::string region;
  std::string service;
  std::vector<std::string> signed_headers;
  std::string signature;
};

std::optional<Credential> parse_authorization(std::string_view header);
SignedParts signed_parts(const HttpRequest& request, const Credential& credential);
std::string signature_of(const SignedParts& parts, const Credential& credential,
                         std::string_view secret);

}  // namespace moretta::devqueue
