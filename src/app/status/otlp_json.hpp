#pragma once

// What all OTLP/JSON documents share: how values are written, and who sends them.

#include <string>
#include <string_view>

#include "app/status/json_writer.hpp"
#include "app/status/readings.hpp"

namespace moretta::app {

void otlp_attribute(std::string_view name, std::string_view value, JsonWriter& out);
// 64-bit numbers are texts in OTLP's JSON.
void otlp_attribute(std::string_view name, std::int64_t value, JsonWriter& out);

// Members of one of resourceMetrics or resourceSpans, up to the list in its only scope, which is
// left open under `list`.
void otlp_begin(const JobFacts& facts, std::string_view resources, std::string_view scopes,
                std::string_view list, JsonWriter& out);
std::string otlp_end(JsonWriter& out);

}  // namespace moretta::app
