#include "app/commands/commands.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int devqueue(const DevqueueOptions& /*options*/, World& /*world*/) {
  throw Refused("devqueue is not available yet", "use a later version");
}

}  // namespace moretta::app
