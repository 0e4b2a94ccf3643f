#pragma once

// Files that nobody named: found where the program happened to be started.

#include <optional>
#include <string>

namespace moretta::app {

// Why such a file is not taken: it belongs to another user, or anybody may write it. nullopt if it
// may be, or is not there.
std::optional<std::string> why_not_taken(const std::string& path);

}  // namespace moretta::app
