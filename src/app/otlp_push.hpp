#pragma once

// Pushes metrics or traces to an OpenTelemetry collector while a job runs, and once at its end.
// Where and how often is said by OpenTelemetry's own variables.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/config.hpp"
#include "app/environment.hpp"
#include "aws/http.hpp"
#include "base/heartbeat.hpp"
#include "base/log.hpp"

namespace moretta::app {

struct OtlpTarget {
  std::string url;
  std::vector<aws::HttpHeader> headers{};
  Millis every{60'000};
};

enum class OtlpSignal { metrics, traces };

// From OTEL_EXPORTER_OTLP_METRICS_ENDPOINT (or _TRACES_) or OTEL_EXPORTER_OTLP_ENDPOINT,
// OTEL_EXPORTER_OTLP_HEADERS and, in milliseconds, OTEL_METRIC_EXPORT_INTERVAL or
// OTEL_BSP_SCHEDULE_DELAY; nothing without an endpoint. Throws Refused if one of them is no such
// thing.
std::optional<OtlpTarget> otlp_target(const Environment& environment, OtlpSignal signal);

// Where spans go; nothing unless the configuration wants them. Throws Refused if they have nowhere
// to go.
std::optional<OtlpTarget> traces_target(Traces traces, const Environment& environment);

// A target and a way to it of its own.
struct OtlpRoute {
  OtlpTarget target;
  std::unique_ptr<aws::Http> http;
};

class OtlpPush {
 public:
  // `body` gives what is to be said at the moment; empty: nothing. Everything borrowed must outlive
  // it.
  OtlpPush(OtlpRoute route, std::function<std::string()> body, Heartbeats& heartbeats, Log& log);

 private:
  void push_until(const std::stop_token& stop);
  void push();

  OtlpTarget target_;
  std::unique_ptr<aws::Http> http_;
  std::function<std::string()> body_;
  Heartbeats& heartbeats_;
  Log& log_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace moretta::app
