#pragma once

// `check --connect`: asks the queue, the buckets and the database. What they refuse is a finding,
// not an end.

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

// Asks each bucket of `payloads` for an object that is not there: only whoever may read and list
// hears that it is missing.
Findings look_at_payloads(const Config& config, World& world);

// `workers`: processes that will share the database.
Findings look_at_database(const Config& config, int workers, const std::stop_token& stop = {},
                          Seconds connect_timeout = pg::ConnectionOptions{}.connect_timeout);

}  // namespace moretta::app
