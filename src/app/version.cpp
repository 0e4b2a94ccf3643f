#include "app/version.hpp"

#include <fmt/format.h>

namespace moretta::app {

std::string_view version_number() {
  return MORETTA_VERSION;
}

std::string version_line(std::string_view program) {
  constexpr std::string_view commit = MORETTA_COMMIT;
  return commit.empty() ? fmt::format("{} {}", program, version_number())
                        : fmt::format("{} {} (commit {})", program, version_number(), commit);
}

}  // namespace moretta::app
