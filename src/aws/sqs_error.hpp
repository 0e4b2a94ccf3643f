#pragma once

// What an SQS error answer means for us. Only its code and status leave this unit: the server's
// text may quote what we sent, and for a bad signature it quotes the session token.

#include <string>
#include <string_view>

#include "aws/http.hpp"
#include "aws/sqs_wire.hpp"

namespace moretta::aws {

enum class ErrorClass {
  transient,            // a retry within the call may help
  throttled,            // a slower one
  later,                // a minute later
  missing_queue,        //
  misconfigured,        // somebody has to change a setting, a policy or a key
  forbidden,            // keys unknown, signature wrong, rights missing
  expired_credentials,  // newer ones may work
  clock_skew,           // the server's time differs too much from what was signed
  signature,            // wrong secret, or a clock off by more than AWS tolerates
  stale_receipt,        // the message is no longer ours; it comes again
  rejected,             // the request itself is wrong: our bug
  stopped,              // given up by us
};

struct SqsError {
  ErrorClass kind = ErrorClass::transient;
  std::string code;  // as the server or the transport names it
  int status = 0;    // 0: no answer came

  bool operator==(const SqsError&) const = default;
};

// By the codes of AWS and its emulators, in either wire's spelling; nullopt if unknown.
std::optional<ErrorClass> class_of_code(std::string_view code);
ErrorClass class_of_status(int status);
ErrorClass class_of_trouble(TransportTrouble trouble);

// REQUIRED: the response failed, or its status is not 2xx.
SqsError read_error(Protocol protocol, const HttpResponse& response, SqsReader& reader);

// For a person: the code, and the status if there is one.
std::string describe(const SqsError& error);

}  // namespace moretta::aws
