#pragma once

// A configuration held against sample events: what it would miss, reject or store in clear.

#include "app/config.hpp"
#include "app/finding.hpp"
#include "app/sample/sample.hpp"

namespace moretta::app {

Findings sample_findings(const Config& config, const Sample& sample);

}  // namespace moretta::app
