#pragma once

// Turns as OTLP/HTTP in JSON wants them: the body of a POST to /v1/traces (OpenTelemetry protocol
// 1.x, ExportTraceServiceRequest). A turn is a trace of its own, linked to those of its messages;
// its steps are spans in it.

#include <span>
#include <string>

#include "app/status/readings.hpp"
#include "base/random.hpp"
#include "core/trace_log.hpp"

namespace moretta::app {

// `random` gives the ids.
std::string otlp_traces(const JobFacts& facts, std::span<const TracedTurn> turns, Random& random);

}  // namespace moretta::app
