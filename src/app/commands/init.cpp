#include "app/commands/commands.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int init(const InitOptions& /*options*/, World& /*world*/) {
  throw Refused("init is not available yet", "use a later version");
}

}  // namespace moretta::app
