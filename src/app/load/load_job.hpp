#pragma once

// The body `load`: from files and a configuration to a summary.

#include <stop_token>

#include "app/config.hpp"
#include "app/invocation.hpp"
#include "app/reporter.hpp"
#include "app/summary.hpp"
#include "app/world.hpp"
#include "record/column.hpp"

namespace moretta::app {

struct LoadSummary {
  Summary run{};
  std::int64_t already_loaded = 0;  // lines that earlier runs stored or quarantined
};

// Until the files are loaded or stop is requested. Throws Unavailable, if the database is not there
// to begin with; Refused; BadUsage if it is not said when the lines were sent.
LoadSummary run_load(const Config& config, const LoadOptions& options, ReportStyle style,
                     World& world, const std::stop_token& stop);

// One JSON object, one line, no newline; and a few lines for people.
std::string summary_json(const LoadSummary& summary);
std::string summary_text(const LoadSummary& summary);

}  // namespace moretta::app
