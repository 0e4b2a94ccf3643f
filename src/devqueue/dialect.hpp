#pragma once

// From an HTTP request to a call and from an answer to an HTTP reply, in the wire the client
// speaks.

#include <string>

#include "devqueue/http.hpp"
#include "devqueue/json_wire.hpp"
#include "devqueue/query_wire.hpp"

namespace moretta::devqueue {

enum class Wire { json, query };

// What must be remembered of a request to answer it later.
struct Context {
  Wire wire = Wire::json;
  Operation operation = Operation::unsupported;
  std::string region;  // of the signature's scope; empty if unsigned
  std::string base_url;
  std::string request_id;
};

Wire wire_of(const HttpRequest& request);

// The region in the credential's scope; empty if the request is not signed.
std::string scope_region(const HttpRequest& request);

// The call, and its operation in `context` as soon as it is known.
Result<Call, ApiError> read_call(const HttpRequest& request, JsonReader& json, Context& context);

HttpReply empty_reply(const Context& context);
HttpReply answer_reply(const Context& context, const Result<Answer, ApiError>& answer);
HttpReply error_reply(const Context& context, const ApiError& error);

// What LocalStack 0.14.3, which does not know the protocol, says to a JSON request.
HttpReply localstack_refusal(const HttpRequest& request);

}  // namespace moretta::devqueue
