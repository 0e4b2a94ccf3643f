#pragma once

// The configuration as a JSON Schema (draft 2020-12), for editors: made from the same tables that
// the loader reads and the documentation lists.

#include <string>

namespace moretta::app {

std::string config_schema();

}  // namespace moretta::app
