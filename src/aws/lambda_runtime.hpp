#pragma once

// Lambda's Runtime API (version 2018-06-01) as a custom runtime uses it: the next invocation, its
// answer or its error, and the error of an initialisation. One invocation at a time.

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/http.hpp"
#include "base/clock.hpp"

namespace moretta::aws {

// What Lambda allows an answer to have: 6 MiB and a little.
constexpr std::size_t lambda_answer_bytes_max = (std::size_t{6} << 20U) + 100;

struct Invocation {
  std::string id;
  WallTime deadline{};
  std::string function_arn;
  std::string event;  // clear text
};

// Stands in Lambda's metrics and logs; `type` is Category.Name.
struct InvocationError {
  std::string_view type;
  std::string_view text;
};

// For one thread.
class LambdaRuntime {
 public:
  // `http` must outlive this. `api` is AWS_LAMBDA_RUNTIME_API: host and port.
  LambdaRuntime(Http& http, std::string_view api);

  // Waits until there is one, for hours if need be: the process may be frozen meanwhile. nullopt:
  // stopped while nothing had come. Throws Unavailable if the API is gone or failing, Refused if
  // what it says is no invocation.
  std::optional<Invocation> next(const std::stop_token& stop);

  // Each ends the invocation. Throws Unavailable if the API is gone or failing, and nothing can
  // follow; Refused if it did not take the answer, and then the invocation has failed.
  void respond(const std::string& id, std::string answer);
  void fail(const std::string& id, const InvocationError& error);

  // Instead of the first next(); then the process ends. Throws as the others.
  void fail_init(const InvocationError& error);

 private:
  HttpResponse ask(std::string_view doing, HttpRequest request);
  void post(std::string_view doing, HttpRequest request);

  Http& http_;
  std::string base_;
};

}  // namespace moretta::aws
