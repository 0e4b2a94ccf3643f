#include "app/version.hpp"

#include <fmt/format.h>

namespace moretta::app {

std::string version_line(std::string_view program) {
  constexpr std::string_view commit = MORETTA_COMMIT;
  return commit.empty() ? fmt::format("{} {}", program, MORETTA_VERSION)
                        : fmt::format("{} {} (commit {})", program, MORETTA_VERSION, commit);
}

}  // namespace moretta::app
