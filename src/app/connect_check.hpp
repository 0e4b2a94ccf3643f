#pragma once

// `check --connect`: asks the queue and the database. What they refuse is a finding, not an end.

#include "app/config.hpp"
#include "app/finding.hpp"
#include "app/turn_time.hpp"
#include "app/world.hpp"

namespace moretta::app {

Findings look_at_queue(const Config& config, const TurnTime& turn, World& world);

// `workers`: processes that will share the database.
Findings look_at_database(const Config& config, int workers);

}  // namespace moretta::app
