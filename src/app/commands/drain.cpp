#include "app/commands/commands.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int drain(const DrainOptions& /*options*/, World& /*world*/) {
  throw Refused("drain is not available yet", "use a later version");
}

}  // namespace moretta::app
