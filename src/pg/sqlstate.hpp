#pragma once

// What a SQLSTATE means to us: whose fault, what it is called, what to do. Texts of the server are
// not used, because they may quote values of a row.

#include <string>
#include <string_view>

namespace moretta::pg {

enum class Fault {
  for_now,    // outage, failover, deadlock, shutdown, limits of the moment: try again
  of_row,     // this row is at fault; another may do
  for_good,   // missing table, missing right, wrong password: somebody has to act
  unexpected  // nothing we send should give this: a bug, ours or the server's
};

Fault fault_of(std::string_view sqlstate);

// "unique_violation" for 23505, as the manual's appendix A has it; the class's name for a code that
// is not listed here, e.g. "data exception".
std::string_view condition_name(std::string_view sqlstate);

// What to do about a fault for good; for an unexpected one, how to report it.
std::string hint_for(std::string_view sqlstate);

}  // namespace moretta::pg
