#pragma once

// Whether the server has connections for all the lanes that are to run.

#include <vector>

#include "pg/check.hpp"

namespace moretta::pg {

// `wanted`: connections of all workers together. Throws Unavailable, Refused.
std::vector<Finding> check_room(Connection& connection, std::int64_t wanted);

}  // namespace moretta::pg
