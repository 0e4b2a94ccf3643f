#pragma once

// Series as OTLP/HTTP in JSON wants them: the body of a POST to /v1/metrics (OpenTelemetry protocol
// 1.x, ExportMetricsServiceRequest). Counts are cumulative since the run began.

#include <span>
#include <string>

#include "app/status/snapshot.hpp"

namespace moretta::app {

std::string otlp_metrics(const JobFacts& facts, const Readings& readings,
                         std::span<const Series> series);

}  // namespace moretta::app
