#include "app/commands/commands.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int run(const RunOptions& /*options*/, World& /*world*/) {
  throw Refused("run is not available yet", "use a later version");
}

}  // namespace moretta::app
