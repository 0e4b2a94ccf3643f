#include "app/otlp_push.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/settings.hpp"
#include "base/errors.hpp"
#include "base/take.hpp"

namespace moretta::app {

namespace {

constexpr Millis patience{
    5000};  // shorter than any sensible interval, and than the grace of a stop
constexpr int every_least_ms = 1000;

// What the variables of a signal are called, and what holds if they are not set.
struct SignalNames {
  const char* endpoint;
  const char* path;
  const char* interval;
  Millis every;
};
constexpr SignalNames metrics_names{.endpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
                                    .path = "/v1/metrics",
                                    .interval = "OTEL_METRIC_EXPORT_INTERVAL",
                                    .every = Millis{60'000}};
constexpr SignalNames traces_names{.endpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                                   .path = "/v1/traces",
                                   .interval = "OTEL_BSP_SCHEDULE_DELAY",
                                   .every = Millis{5'000}};

Refused wrong(const char* variable, const std::string& why) {
  return {fmt::format("cannot push to a collector: {} {}", variable, why),
          "mend the variable, or take it away (docs/metrics.md)"};
}

// "name=value,name=value"; values may be secrets and are not repeated.
std::vector<aws::HttpHeader> headers_of(std::string_view text) {
  std::vector<aws::HttpHeader> headers;
  while (!text.empty()) {
    const std::string_view pair = take_until(text, ',');
    const std::size_t equals = pair.find('=');
    const bool is_clean = pair.find_first_of("\r\n") == std::string_view::npos;
    if (equals == 0 || equals == std::string_view::npos || !is_clean) {
      throw wrong("OTEL_EXPORTER_OTLP_HEADERS", "is not name=value,name=value");
    }
    headers.push_back({.name = std::string(pair.substr(0, equals)),
                       .value = std::string(pair.substr(equals + 1))});
  }
  return headers;
}

std::string url_of(const Environment& environment, const SignalNames& names) {
  if (const auto exact = environment(names.endpoint); exact && !exact->empty()) {
    return *exact;
  }
  std::string base = environment("OTEL_EXPORTER_OTLP_ENDPOINT").value_or("");
  while (base.ends_with('/')) {
    base.pop_back();
  }
  return base.empty() ? "" : base + names.path;
}

}  // namespace

std::optional<OtlpTarget> otlp_target(const Environment& environment, OtlpSignal signal) {
  const SignalNames& names = signal == OtlpSignal::metrics ? metrics_names : traces_names;
  OtlpTarget target{.url = url_of(environment, names), .every = names.every};
  if (target.url.empty()) {
    return std::nullopt;
  }
  if (!target.url.starts_with("http://") && !target.url.starts_with("https://")) {
    throw wrong("OTEL_EXPORTER_OTLP_ENDPOINT", "is not an http:// or https:// address");
  }
  target.headers = headers_of(environment("OTEL_EXPORTER_OTLP_HEADERS").value_or(""));
  target.headers.push_back({.name = "Content-Type", .value = "application/json"});
  if (const auto text = environment(names.interval); text && !text->empty()) {
    const auto every = parse_int(*text);
    if (!every || *every < every_least_ms) {
      throw wrong(names.interval, "is not a number of milliseconds, 1000 or more");
    }
    target.every = Millis(*every);
  }
  return target;
}

std::optional<OtlpTarget> traces_target(Traces traces, const Environment& environment) {
  if (traces != Traces::otlp) {
    return std::nullopt;
  }
  std::optional<OtlpTarget> target = otlp_target(environment, OtlpSignal::traces);
  if (!target) {
    throw Refused("cannot push traces: no collector is named",
                  "set OTEL_EXPORTER_OTLP_ENDPOINT, or say traces: log");
  }
  return target;
}

OtlpPush::OtlpPush(OtlpRoute route, std::function<std::string()> body, Heartbeats& heartbeats,
                   Log& log)
    : target_(std::move(route.target)),
      http_(std::move(route.http)),
      body_(std::move(body)),
      heartbeats_(heartbeats),
      log_(log),
      thread_([this](const std::stop_token& stop) { push_until(stop); }) {}

// What is left at the end goes too.
void OtlpPush::push_until(const std::stop_token& stop) {
  Heartbeat heartbeat(heartbeats_, "the push to the collector");
  bool goes_on = true;
  while (goes_on) {
    goes_on = heartbeat.sleep(target_.every, stop);
    push();
  }
}

// What cannot be delivered is not kept: of metrics the next push has the same counts and more.
void OtlpPush::push() {
  const aws::HttpRequest request{
      .url = target_.url, .headers = target_.headers, .body = body_(), .timeout = patience};
  if (request.body.empty()) {
    return;
  }
  const aws::HttpResponse answer = std::move(http_->perform({&request, 1}).front());
  if (answer.failure) {
    log_.warn("otlp_failed", {{"reason", answer.failure->text}});
  } else if (answer.status < 200 || answer.status > 299) {
    log_.warn("otlp_failed", {{"reason", fmt::format("status {}", answer.status)}});
  }
}

}  // namespace moretta::app
