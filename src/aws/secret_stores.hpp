#pragma once

// Secrets that AWS keeps: Secrets Manager, the Parameter Store of Systems Manager, and what KMS
// encrypted. All throw Unavailable, or Refused with what to do; no error holds a secret.

#include <string>
#include <string_view>

#include "aws/service_call.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

// The region of arn:aws:…:REGION:…, else empty.
std::string region_of_arn(std::string_view text);

class SecretStores {
 public:
  // Both outlive it.
  SecretStores(const ServiceWorld& world, CredentialsSource& credentials)
      : world_(world), credentials_(credentials) {}

  // A secret by name or ARN: the version that has this staging label, else the current one.
  SecretBytes secret(const Endpoint& endpoint, std::string_view id, std::string_view stage = {});

  // A parameter, decrypted if it is a SecureString.
  SecretBytes parameter(const Endpoint& endpoint, std::string_view name);

  // What was encrypted with a key of KMS. REQUIRED: `ciphertext` is base64.
  SecretBytes decrypted(const Endpoint& endpoint, std::string_view ciphertext);

 private:
  struct Question {
    const char* service;
    const char* target;
    const char* action;
    std::string tried;
    std::string hint;
  };
  std::string ask(const Question& question, const Endpoint& endpoint, std::string body);

  ServiceWorld world_;
  CredentialsSource& credentials_;
};

// What stands at `name` in a JSON object; Refused if it is none or has no such text.
SecretBytes member_of(const SecretBytes& object, std::string_view name, const std::string& place);

}  // namespace moretta::aws
