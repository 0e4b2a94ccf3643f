#pragma once

// An audit's report for people and for scripts. Neither holds a value of the table.

#include <string>

#include "audit/report.hpp"

namespace moretta::app {

std::string audit_text(const audit::Report& report);

// One line of JSON; docs/masking.md lists the keys.
std::string audit_json(const audit::Report& report);

// "84 s", "6 min", "1.2 h", "40 days", "12 years"; "under 1 s" for less.
std::string duration_text(double seconds);

}  // namespace moretta::app
