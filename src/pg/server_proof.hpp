#pragma once

// Whether a server has to prove who it is, where nobody has said. libpq's own answer is no: it
// takes plain text from whoever answers.

#include "pg/conninfo.hpp"

namespace moretta::pg {

// A server that is not on this machine: a certificate of its name from an authority that this
// machine trusts. Leaves alone what the connection text, a service or PGSSLMODE settle.
void demand_proof(Conninfo& conninfo);

}  // namespace moretta::pg
