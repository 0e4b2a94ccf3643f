#pragma once

// Series in Prometheus' text format (0.0.4), as /metrics gives them.

#include <span>
#include <string>

#include "app/status/snapshot.hpp"

namespace moretta::app {

inline constexpr std::string_view prometheus_content_type =
    "text/plain; version=0.0.4; charset=utf-8";

// REQUIRED: series of one metric stand together, as snapshot() gives them.
std::string prometheus_text(std::span<const Series> series);

}  // namespace moretta::app
