#pragma once

// Pushes the metrics to an OpenTelemetry collector while a job runs, and once at its end. Where and
// how often is said by OpenTelemetry's own variables.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/environment.hpp"
#include "aws/http.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

namespace moretta::app {

struct OtlpTarget {
  std::string url;  // of /v1/metrics
  std::vector<aws::HttpHeader> headers{};
  Millis every{60'000};
};

// From OTEL_EXPORTER_OTLP_METRICS_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT,
// OTEL_EXPORTER_OTLP_HEADERS and OTEL_METRIC_EXPORT_INTERVAL (milliseconds); nothing without an
// endpoint. Throws Refused if one of them is no such thing.
std::optional<OtlpTarget> otlp_target(const Environment& environment);

class OtlpPush {
 public:
  // `body` gives the metrics of the moment. Everything borrowed must outlive it.
  OtlpPush(OtlpTarget target, std::unique_ptr<aws::Http> http, std::function<std::string()> body,
           Clock& clock, Log& log);

 private:
  void push_until(const std::stop_token& stop);
  void push();

  OtlpTarget target_;
  std::unique_ptr<aws::Http> http_;
  std::function<std::string()> body_;
  Clock& clock_;
  Log& log_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace moretta::app
