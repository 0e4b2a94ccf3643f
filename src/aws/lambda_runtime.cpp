#include "aws/lambda_runtime.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/json_text.hpp"

namespace moretta::aws {

namespace {

constexpr std::size_t id_chars_max = 256;  // AWS sends UUIDs
constexpr Millis post_timeout{10'000};     // to a process on the same machine

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= id_chars_max && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

std::optional<WallTime> deadline_in(const HttpResponse& response) {
  const std::string_view text = response.header("Lambda-Runtime-Deadline-Ms").value_or("");
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && ms > 0 ? std::optional(WallTime{Millis{ms}}) : std::nullopt;
}

std::string body_of(const InvocationError& error) {
  return fmt::format(R"({{"errorMessage":{},"errorType":{},"stackTrace":[]}})",
                     json_string(error.text), json_string(error.type));
}

std::vector<HttpHeader> error_headers(const InvocationError& error) {
  return {{.name = "Content-Type", .value = "application/json"},
          {.name = "Lambda-Runtime-Function-Error-Type", .value = std::string(error.type)}};
}

bool is_done(int status) {
  return status >= 200 && status < 300;
}

}  // namespace

LambdaRuntime::LambdaRuntime(Http& http, std::string_view api)
    : http_(http), base_(fmt::format("http://{}/2018-06-01/runtime", api)) {}

HttpResponse LambdaRuntime::ask(std::string_view doing, HttpRequest request) {
  request.proxy = ProxyUse::none;
  HttpResponse response = std::move(http_.perform({&request, 1}).front());
  if (response.failure && response.failure->kind != TransportTrouble::stopped) {
    throw Unavailable(fmt::format("cannot {}: {}", doing, response.failure->text));
  }
  if (!response.failure && response.status >= 500) {
    throw Unavailable(
        fmt::format("cannot {}: the Lambda Runtime API answers {}", doing, response.status));
  }
  return response;
}

std::optional<Invocation> LambdaRuntime::next(const std::stop_token& stop) {
  constexpr std::string_view doing = "get the next invocation";
  HttpResponse response = ask(doing, {.method = HttpMethod::get,
                                      .url = base_ + "/invocation/next",
                                      .headers = {},
                                      .body = {},
                                      .timeout = Millis{0},
                                      .stop = stop});
  if (response.failure) {
    return std::nullopt;
  }
  const std::string_view id = response.header("Lambda-Runtime-Aws-Request-Id").value_or("");
  const auto deadline = deadline_in(response);
  if (!is_done(response.status) || !is_id(id) || !deadline) {
    throw Refused(fmt::format("cannot {}: status {} and no id or deadline", doing, response.status),
                  "AWS_LAMBDA_RUNTIME_API must name a Lambda Runtime API");
  }
  return Invocation{.id = std::string(id),
                    .deadline = *deadline,
                    .function_arn = std::string(
                        response.header("Lambda-Runtime-Invoked-Function-Arn").value_or("")),
                    .event = std::move(response.body)};
}

void LambdaRuntime::post(std::string_view doing, HttpRequest request) {
  request.method = HttpMethod::post;
  request.timeout = post_timeout;
  const HttpResponse response = ask(doing, std::move(request));
  if (!is_done(response.status)) {
    throw Refused(
        fmt::format("cannot {}: the Lambda Runtime API answers {}", doing, response.status),
        "Lambda gives the whole batch back to the queue");
  }
}

void LambdaRuntime::respond(const std::string& id, std::string answer) {
  post("answer an invocation", {.url = fmt::format("{}/invocation/{}/response", base_, id),
                                .headers = {{.name = "Content-Type", .value = "application/json"}},
                                .body = std::move(answer)});
}

void LambdaRuntime::fail(const std::string& id, const InvocationError& error) {
  post("report a failed invocation", {.url = fmt::format("{}/invocation/{}/error", base_, id),
                                      .headers = error_headers(error),
                                      .body = body_of(error)});
}

void LambdaRuntime::fail_init(const InvocationError& error) {
  post("report a failed start",
       {.url = base_ + "/init/error", .headers = error_headers(error), .body = body_of(error)});
}

}  // namespace moretta::aws
