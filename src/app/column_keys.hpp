#pragma once

// Whether the keyset has the keys that columns name: of a dual write, of an epoch's months.

#include <string>
#include <vector>

#include "app/config.hpp"
#include "base/clock.hpp"

namespace moretta::app {

// What is wrong, for whoever wrote the configuration. Empty if nothing is.
std::vector<std::string> column_key_faults(const Table& table, const mask::Keyset& keys);

// Months, of this one and the next, in which columns with an epoch would reject every message.
// Empty if the table has no such column, or the command has read no key.
std::vector<mask::Period> months_without_key(const Config& config, WallTime now);

}  // namespace moretta::app
