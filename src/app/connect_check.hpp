#pragma once

// `check --connect`: asks the queue and the database. What they refuse is a finding, not an end.

#include "app/config.hpp"
#include "app/finding.hpp"
#include "app/world.hpp"

namespace moretta::app {

Findings look_at_queue(const Config& config, World& world);
Findings look_at_database(const Config& config);

}  // namespace moretta::app
