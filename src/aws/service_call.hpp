#pragma once

// One call to an AWS service other than SQS: signed, tried again where that may help, with a
// bounded answer. Knows no operation in particular.

#include <string>
#include <vector>

#include "aws/credentials.hpp"
#include "aws/http.hpp"
#include "aws/region.hpp"
#include "aws/sqs_error.hpp"
#include "aws/sqs_wire.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace moretta::aws {

// All outlive the call.
struct ServiceWorld {
  Http& http;
  Clock& clock;
  Random& random;
};

struct ServiceCall {
  std::string service;  // the signing name: sts, kms, secretsmanager, ssm
  std::string action;   // as policies name the right to it: kms:Decrypt
  Endpoint endpoint;
  Protocol protocol = Protocol::json;
  std::vector<HttpHeader> headers = {};
  std::string body = {};
};

// Answers of these services have a few kilobytes; what is larger is something else.
inline constexpr std::size_t service_answer_bytes_max = std::size_t{256} * 1024;

// The answer's body, or why there is none after three tries. Without credentials the call is not
// signed. Throws what the credentials throw.
Result<std::string, SqsError> call_service(const ServiceWorld& world, const ServiceCall& call,
                                           CredentialsSource* credentials);

// Unavailable if another try may help, else Refused with the hint, or with a better one for what is
// wrong with the keys or the clock. `tried` completes "cannot …".
[[noreturn]] void throw_service_error(const std::string& tried, const ServiceCall& call,
                                      const SqsError& error, const std::string& hint);

}  // namespace moretta::aws
