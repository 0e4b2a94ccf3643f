#include "aws/service_call.hpp"

#include "aws/sigv4.hpp"
#include "base/backoff.hpp"
#include "base/errors.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

namespace {

constexpr int tries_max = 3;  // AWS's standard retry mode
constexpr BackoffPolicy quick_retry{.base = Millis{50}, .cap = Millis{20'000}};
constexpr BackoffPolicy slow_retry{.base = Millis{1000}, .cap = Millis{20'000}};
constexpr std::chrono::minutes drift_max{4};  // as for SQS
constexpr Millis call_timeout{5000};          // they answer in tens of milliseconds

bool may_pass(ErrorClass kind) {
  return kind == ErrorClass::transient || kind == ErrorClass::throttled;
}

// What a try was made with, and what it came to.
class Caller {
 public:
  Caller(const ServiceWorld& world, const ServiceCall& call, CredentialsSource* credentials)
      : world_(world),
        call_(call),
        credentials_(credentials),
        signer_({.region = call.endpoint.region, .service = call.service}) {}

  // The answer's body, or nullopt and the error.
  std::optional<std::string> attempt() {
    HttpRequest request;
    request.url = call_.endpoint.url;
    request.headers = call_.headers;
    request.body = call_.body;
    request.timeout = call_timeout;
    const WallTime now = world_.clock.wall() + clock_offset_;
    if (credentials_ != nullptr) {
      used_ = credentials_->current();
      signer_.sign(request, used_, now);
    }
    HttpResponse response = std::move(world_.http.perform({&request, 1}).front());
    wipe(request.body);
    if (!response.failure && response.status == 200) {
      return std::move(response.body);
    }
    error_ = read_error(call_.protocol, response, reader_);
    drift_.reset();
    if (const auto date = http_date(response.header("date").value_or(""))) {
      drift_ = *date - now;
    }
    wipe(response.body);
    return std::nullopt;
  }

  // True if the next try is made with another time or other keys.
  bool correct() {
    const bool skewed =
        error_.kind == ErrorClass::clock_skew ||
        (error_.kind == ErrorClass::signature && drift_ && std::chrono::abs(*drift_) > drift_max);
    if (skewed && drift_) {
      clock_offset_ += *drift_;
      return true;
    }
    return error_.kind == ErrorClass::expired_credentials && credentials_ != nullptr &&
           !same_keys(used_, credentials_->renewed(used_));
  }

  [[nodiscard]] const SqsError& error() const { return error_; }

 private:
  ServiceWorld world_;
  const ServiceCall& call_;
  CredentialsSource* credentials_;
  Signer signer_;
  SqsReader reader_;
  Credentials used_;
  SqsError error_;
  std::optional<Millis> drift_;
  Millis clock_offset_{0};
};

}  // namespace

Result<std::string, SqsError> call_service(const ServiceWorld& world, const ServiceCall& call,
                                           CredentialsSource* credentials) {
  Caller caller(world, call, credentials);
  Backoff quick(quick_retry, world.random);
  Backoff slow(slow_retry, world.random);
  bool is_corrected = false;
  for (int tries = 1;; ++tries) {
    if (auto body = caller.attempt()) {
      return std::move(*body);
    }
    if (!is_corrected && caller.correct()) {
      is_corrected = true;
      continue;
    }
    const ErrorClass kind = caller.error().kind;
    if (tries >= tries_max || !may_pass(kind)) {
      return Failure{caller.error()};
    }
    world.clock.sleep((kind == ErrorClass::throttled ? slow : quick).next(), {});
  }
}

void throw_service_error(const std::string& tried, const ServiceCall& call, const SqsError& error,
                         const std::string& hint) {
  const std::string what = "cannot " + tried + ": " + describe(error);
  switch (error.kind) {
    case ErrorClass::transient:
    case ErrorClass::throttled:
    case ErrorClass::later:
    case ErrorClass::stopped:
      throw Unavailable(what);
    case ErrorClass::forbidden:
      if (error.code.starts_with("AccessDenied") || error.code.empty()) {
        throw Refused(what, "allow " + call.action + " to these AWS credentials");
      }
      // Others are a service's own, and only their status says that they forbid.
      throw Refused(what, class_of_code(error.code) == ErrorClass::forbidden
                              ? "check the AWS access key and the region: the server does not know "
                                "the key"
                              : hint);
    case ErrorClass::expired_credentials:
      throw Refused(what, "renew the AWS credentials, then start again");
    case ErrorClass::clock_skew:
      throw Refused(what, "set this machine's clock");
    case ErrorClass::signature:
      throw Refused(what, "check the AWS secret access key, the session token and the region");
    default:
      throw Refused(what, hint);
  }
}

}  // namespace moretta::aws
