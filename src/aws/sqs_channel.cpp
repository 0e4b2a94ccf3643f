#include "aws/sqs_channel.hpp"

#include <algorithm>
#include <charconv>

#include "aws/url.hpp"
#include "base/ensure.hpp"
#include "base/errors.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

namespace {

constexpr int tries_max = 3;  // AWS's standard retry mode; the lane's own loop goes on for ever
constexpr BackoffPolicy quick_retry{.base = Millis{50}, .cap = Millis{20'000}};   // the same mode's
constexpr BackoffPolicy slow_retry{.base = Millis{1000}, .cap = Millis{20'000}};  // for throttling
constexpr Millis retry_after_slack{5000};     // how far a server may push a retry beyond ours
constexpr std::chrono::minutes drift_max{4};  // AWS tolerates 5 in some services, 15 in most
// LocalStack before 0.14.4 waits again for each of the ten messages that do not come.
constexpr int query_waits_max = 10;

bool may_pass(ErrorClass kind) {
  return kind == ErrorClass::transient || kind == ErrorClass::throttled;
}

bool is_open(const SqsCall& call) {
  return !call.done && (!call.error || may_pass(call.error->kind));
}

bool is_success(const HttpResponse& response) {
  return !response.failure && response.status >= 200 && response.status < 300;
}

// A gateway that cannot reach the server says nothing about the server.
bool says_nothing(const HttpResponse& response) {
  return response.failure || (response.status >= 502 && response.status <= 504);
}

bool speaks_json(const HttpResponse& response, SqsReader& reader) {
  if (is_success(response)) {
    return reader.is_answer(Protocol::json, response.body);
  }
  return !reader.error_code(Protocol::json, response.body).empty() ||
         response.header("x-amzn-errortype") || response.header("x-amzn-query-error");
}

bool speaks_query(const HttpResponse& response, SqsReader& reader) {
  return is_success(response) ? reader.is_answer(Protocol::query, response.body)
                              : !reader.error_code(Protocol::query, response.body).empty();
}

std::optional<Millis> retry_after(const HttpResponse& response) {
  const std::string_view text = response.header("x-amz-retry-after").value_or("");
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool good = error == std::errc{} && end == text.data() + text.size() && ms >= 0;
  return good ? std::optional(Millis{ms}) : std::nullopt;
}

bool is_aws_url(std::string_view url) {
  const auto parts = split_url(url);
  ENSURE(parts.has_value());
  return is_aws_host(parts->host);
}

// The right that an operation needs; batches need that of the single operation.
std::string action_of(std::string_view operation) {
  if (operation.ends_with("Batch")) {
    operation.remove_suffix(5);
  }
  return "sqs:" + std::string(operation);
}

std::string hint_for(const SqsCall& call) {
  const SqsError& error = *call.error;
  switch (error.kind) {
    case ErrorClass::forbidden:
      if (error.code.starts_with("AccessDenied") || error.code.empty()) {
        return "allow " + action_of(call.operation) + " on the queue for these credentials";
      }
      return "check the AWS access key and the region: the server does not know the key";
    case ErrorClass::expired_credentials:
      return "renew the AWS credentials, then start again";
    case ErrorClass::clock_skew:
      return "set this machine's clock";
    case ErrorClass::signature:
      return "check the AWS secret access key, the session token and the region";
    case ErrorClass::missing_queue:
      return "create the queue, or check its name, account and region";
    case ErrorClass::rejected:
      return "this is a defect of moretta or of the server; report it with the code";
    default:
      break;
  }
  if (error.status == 0) {
    return "check the endpoint URL, the proxy settings and the CA bundle (AWS_CA_BUNDLE)";
  }
  if (error.code.starts_with("K")) {
    return "check the queue's KMS key and the right kms:Decrypt on it";
  }
  return "check the queue URL, the region and the endpoint URL";
}

}  // namespace

SqsChannel::SqsChannel(SqsWorld world, SqsSettings settings)
    : world_(world),
      settings_(std::move(settings)),
      signer_({.region = settings_.endpoint.region, .service = "sqs"}),
      is_aws_(is_aws_url(settings_.endpoint.url)),
      protocol_(settings_.protocol) {
  if (!protocol_ && is_aws_) {
    protocol_ = Protocol::json;
  }
}

void SqsChannel::run(std::span<SqsCall> calls, const std::function<bool()>& enough,
                     const std::stop_token& stop) {
  Backoff quick(quick_retry, world_.random);
  Backoff slow(slow_retry, world_.random);
  for (int tries = 1;; ++tries) {
    exchange(calls);
    excuse_signatures(calls);
    if (tries == tries_max || (enough && enough()) || !pause(calls, quick, slow, stop)) {
      return;
    }
  }
}

// One try for each open call, and a second at once for those that a correction of ours may save.
void SqsChannel::exchange(std::span<SqsCall> calls) {
  for (int rounds = 0; rounds < 2; ++rounds) {
    OpenCalls open;
    for (SqsCall& call : calls) {
      if (is_open(call) && (rounds == 0 || !call.error)) {
        open.push_back(&call);
      }
    }
    attempt(open);
    if (rounds > 0) {
      return;
    }
    const bool corrected = correct_clock(calls);
    const bool renewed = renew_credentials(calls);
    if (!corrected && !renewed) {
      return;
    }
  }
}

void SqsChannel::attempt(const OpenCalls& calls) {
  std::span<SqsCall* const> rest = calls;
  if (!protocol_ && !rest.empty()) {
    SqsCall& first = *rest.front();
    rest = rest.subspan(1);
    if (!find_protocol(first)) {
      for (SqsCall* call : rest) {
        call->error = first.error;
      }
      return;
    }
  }
  if (rest.empty()) {
    return;
  }
  const SteadyTime asked_at = world_.clock.steady();
  std::vector<HttpResponse> responses = perform(rest, *protocol_);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    take(*rest[i], responses[i], *protocol_, asked_at);
    wipe(responses[i].body);
  }
}

// By asking the call's own question, first as JSON, then as Query; an answer that could come from
// anybody (a gateway's error, a web server's page) decides nothing.
bool SqsChannel::find_protocol(SqsCall& call) {
  SqsCall* const only[] = {&call};
  for (const Protocol protocol : {Protocol::json, Protocol::query}) {
    const SteadyTime asked_at = world_.clock.steady();
    HttpResponse response = std::move(perform(only, protocol).front());
    const bool spoken = protocol == Protocol::json ? speaks_json(response, reader_)
                                                   : speaks_query(response, reader_);
    if (spoken || says_nothing(response)) {
      take(call, response, protocol, asked_at);
    }
    wipe(response.body);
    if (spoken) {
      protocol_ = protocol;
      world_.log.debug("sqs_protocol_found",
                       {{"protocol", protocol == Protocol::json ? "json" : "query"}});
      return true;
    }
    if (says_nothing(response)) {
      return false;
    }
    call.error =
        SqsError{.kind = response.status >= 500 ? ErrorClass::transient : ErrorClass::misconfigured,
                 .code = "the endpoint answers neither SQS protocol",
                 .status = response.status};
  }
  return false;
}

std::vector<HttpResponse> SqsChannel::perform(std::span<SqsCall* const> calls, Protocol protocol) {
  Credentials keys = world_.credentials.current();
  is_proven_ = is_proven_ && same_keys(used_, keys);
  used_ = std::move(keys);
  const WallTime now = world_.clock.wall() + clock_offset_;
  std::vector<HttpRequest> requests;
  requests.reserve(calls.size());
  for (const SqsCall* call : calls) {
    usage_.request(call->operation);
    HttpRequest& request = requests.emplace_back();
    request.url = settings_.endpoint.url;
    request.body = call->write(protocol);
    request.headers.reserve(5);
    if (protocol == Protocol::json) {
      request.headers.push_back({.name = "Content-Type", .value = "application/x-amz-json-1.0"});
      request.headers.push_back(
          {.name = "X-Amz-Target", .value = "AmazonSQS." + std::string(call->operation)});
      request.timeout = call->wait + settings_.request_timeout;
    } else {
      request.headers.push_back(
          {.name = "Content-Type", .value = "application/x-www-form-urlencoded; charset=utf-8"});
      request.timeout = call->wait * query_waits_max + settings_.request_timeout;
    }
    request.stop = call->stop;
    signer_.sign(request, used_, now);
  }
  return world_.http.perform(requests);
}

void SqsChannel::take(SqsCall& call, const HttpResponse& response, Protocol protocol,
                      SteadyTime asked_at) {
  call.error.reset();
  call.clock_drift.reset();
  call.retry_after.reset();
  if (is_success(response)) {
    is_proven_ = true;
    call.done = call.read({.protocol = protocol, .body = response.body, .asked_at = asked_at});
    if (!call.done) {
      call.error = SqsError{.kind = ErrorClass::transient,
                            .code = "the answer cannot be read",
                            .status = response.status};
    }
    return;
  }
  call.error = read_error(protocol, response, reader_);
  if (call.error->kind != ErrorClass::stopped) {
    usage_.failure();
  }
  call.retry_after = retry_after(response);
  if (const auto date = http_date(response.header("date").value_or(""))) {
    call.clock_drift = *date - (world_.clock.wall() + clock_offset_);
  }
}

// A skewed clock is seen by the server's own date. A bad signature is only then about the clock.
bool SqsChannel::correct_clock(std::span<SqsCall> calls) {
  std::optional<Millis> drift;
  for (SqsCall& call : calls) {
    if (!call.error || !call.clock_drift) {
      continue;
    }
    const bool definite = call.error->kind == ErrorClass::clock_skew;
    const bool likely = call.error->kind == ErrorClass::signature &&
                        std::chrono::abs(*call.clock_drift) > drift_max;
    if (definite || likely) {
      drift = call.clock_drift;
      call.error.reset();
    }
  }
  if (drift) {
    clock_offset_ += *drift;
    world_.log.warn("sqs_clock_corrected", {{"offset_ms", clock_offset_.count()}});
  }
  return drift.has_value();
}

// A secret that the server has known does not become a wrong one; but a request may have been held
// up on its way, by a machine that was suspended above all, until its signature was too old. And a
// clock that is off again after it was corrected says nothing of the secret.
void SqsChannel::excuse_signatures(std::span<SqsCall> calls) const {
  for (SqsCall& call : calls) {
    const bool is_of_signature = call.error && (call.error->kind == ErrorClass::signature ||
                                                call.error->kind == ErrorClass::clock_skew);
    const bool is_off = call.clock_drift && std::chrono::abs(*call.clock_drift) > drift_max;
    if (is_of_signature && (is_proven_ || is_off)) {
      call.error->kind = ErrorClass::transient;
    }
  }
}

bool SqsChannel::renew_credentials(std::span<SqsCall> calls) {
  const auto expired = [](const SqsCall& call) {
    return call.error && call.error->kind == ErrorClass::expired_credentials;
  };
  if (std::ranges::none_of(calls, expired)) {
    return false;
  }
  if (same_keys(used_, world_.credentials.renewed(used_))) {
    return false;
  }
  world_.log.info("aws_credentials_renewed");
  for (SqsCall& call : calls) {
    if (expired(call)) {
      call.error.reset();
    }
  }
  return true;
}

// Waits before the next try. False if no call is left that one could help, or if stopped.
bool SqsChannel::pause(std::span<const SqsCall> calls, Backoff& quick, Backoff& slow,
                       const std::stop_token& stop) {
  const SqsCall* slowest = nullptr;
  Millis wished{0};
  int open = 0;
  for (const SqsCall& call : calls) {
    if (!is_open(call)) {
      continue;
    }
    ++open;
    if (slowest == nullptr || call.error->kind == ErrorClass::throttled) {
      slowest = &call;
    }
    wished = std::max(wished, call.retry_after.value_or(Millis{0}));
  }
  if (slowest == nullptr) {
    return false;
  }
  const bool throttled = slowest->error->kind == ErrorClass::throttled;
  const Millis ours = throttled ? slow.next() : quick.next();
  const Millis wait = std::clamp(wished, ours, ours + retry_after_slack);
  world_.log.warn("sqs_retry", {{"operation", slowest->operation},
                                {"queue", slowest->queue},
                                {"calls", open},
                                {"error", describe(*slowest->error)},
                                {"wait_ms", wait.count()}});
  return world_.clock.sleep(wait, stop);
}

void SqsChannel::raise(const SqsCall& call) const {
  ENSURE(call.error.has_value());
  const SqsError& error = *call.error;
  const std::string what = "cannot " + std::string(call.operation) + " on queue " +
                           std::string(call.queue) + ": " + describe(error);
  switch (error.kind) {
    case ErrorClass::transient:
    case ErrorClass::throttled:
    case ErrorClass::later:
    case ErrorClass::stale_receipt:
      throw Unavailable(what);
    case ErrorClass::missing_queue:
      if (settings_.missing_queue == MissingQueue::wait) {
        throw Unavailable("queue " + std::string(call.queue) + " does not exist (yet)");
      }
      throw Refused("queue " + std::string(call.queue) + " does not exist", hint_for(call));
    default:
      throw Refused(what, hint_for(call));
  }
}

}  // namespace moretta::aws
