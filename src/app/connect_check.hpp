#pragma once

// `check --connect`: asks the queue and the database. What they refuse is a finding, not an end.

#include <stop_token>

#include "app/config.hpp"
#include "app/finding.hpp"
#include "app/turn_time.hpp"
#include "app/world.hpp"
#include "pg/connection.hpp"

namespace moretta::app {

// Once stop is requested, what has not been answered is no longer waited for.
Findings look_at_queue(const Config& config, const TurnTime& turn, World& world,
                       const std::stop_token& stop = {});

// `workers`: processes that will share the database. Stopped, it still waits for a connection under
// way: libpq cannot be interrupted in that.
Findings look_at_database(const Config& config, int workers, const std::stop_token& stop = {},
                          Seconds connect_timeout = pg::ConnectionOptions{}.connect_timeout);

}  // namespace moretta::app
